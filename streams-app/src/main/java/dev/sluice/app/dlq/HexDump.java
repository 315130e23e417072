package dev.sluice.app.dlq;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/** Bytes for people: sixteen a line with their offset, as hex and as printable ASCII. */
public final class HexDump {
    private static final int WIDTH = 16;
    private static final String HIDDEN = "··";

    private final IntPredicate shown;
    private final int mark;

    /**
     * @param shown which bytes, by index, may be shown; the others are dots
     * @param mark the index of the byte that a line points at, -1 for none; it may be the one after the last
     */
    public HexDump(IntPredicate shown, int mark) {
        this.shown = shown;
        this.mark = mark;
    }

    /** At most so many lines; a last one says how much is left out. */
    public List<String> lines(byte[] bytes, int most) {
        List<String> lines = new ArrayList<>();
        int end = mark == bytes.length ? bytes.length + 1 : bytes.length;
        for (int from = 0; from < end; from += WIDTH) {
            if (lines.size() == most) {
                lines.add("… %,d more bytes".formatted(bytes.length - from));
                break;
            }
            lines.add(line(bytes, from));
        }
        return lines;
    }

    private String line(byte[] bytes, int from) {
        StringBuilder hex = new StringBuilder();
        StringBuilder text = new StringBuilder();
        for (int i = from; i < from + WIDTH; i++) {
            boolean there = i < bytes.length;
            boolean visible = there && shown.test(i);
            hex.append(i == mark ? '>' : ' ')
                    .append(!there ? "  " : visible ? "%02x".formatted(Byte.toUnsignedInt(bytes[i])) : HIDDEN);
            if (there) {
                text.append(!visible ? '·' : bytes[i] >= 0x20 && bytes[i] < 0x7f ? (char) bytes[i] : '.');
            }
        }
        String pointer = mark >= from && mark < from + WIDTH ? "  <- byte " + mark : "";
        return "%08x %s  |%s|%s".formatted(from, hex, text, pointer);
    }
}
