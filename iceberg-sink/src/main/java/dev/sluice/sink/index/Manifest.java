package dev.sluice.sink.index;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What belongs to a store; it takes the place of the one before in one step.
 *
 * @param log name of the log
 * @param logLength bytes of the log that count
 * @param rows records in the log
 * @param segments from the oldest to the newest
 * @param nextFile the id of the next data file
 */
record Manifest(
        IndexTag tag,
        String log,
        long logLength,
        long rows,
        List<Segment> segments,
        int nextFile,
        List<IndexedFile> files) {
    static final String NAME = "manifest";
    private static final int VERSION = 1;

    Manifest {
        segments = List.copyOf(segments);
        files = List.copyOf(files);
    }

    /** A segment's file name and how many entries it has. */
    record Segment(String name, long count) {}

    /** Reads the manifest of a folder; empty when there is none. */
    static Optional<Manifest> read(Path folder) throws IOException {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(folder.resolve(NAME));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        int length = bytes.length - Integer.BYTES;
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            if (length < 0
                    || Checksum.of(bytes, length) != ByteBuffer.wrap(bytes).getInt(length)
                    || in.readInt() != VERSION) {
                throw new DamagedStoreException("Manifest in " + folder + " is not as it was written");
            }
            IndexTag tag = new IndexTag(text(in), text(in), in.readLong());
            String log = text(in);
            long logLength = in.readLong();
            long rows = in.readLong();
            List<Segment> segments = new ArrayList<>();
            for (int i = in.readInt(); i > 0; i--) {
                segments.add(new Segment(text(in), in.readLong()));
            }
            int nextFile = in.readInt();
            List<IndexedFile> files = new ArrayList<>();
            for (int i = in.readInt(); i > 0; i--) {
                files.add(new IndexedFile(in.readInt(), text(in), text(in)));
            }
            return Optional.of(new Manifest(tag, log, logLength, rows, segments, nextFile, files));
        }
    }

    void write(Path folder) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(VERSION);
            text(out, tag.table());
            text(out, tag.layout());
            out.writeLong(tag.snapshotId());
            text(out, log);
            out.writeLong(logLength);
            out.writeLong(rows);
            out.writeInt(segments.size());
            for (Segment segment : segments) {
                text(out, segment.name());
                out.writeLong(segment.count());
            }
            out.writeInt(nextFile);
            out.writeInt(files.size());
            for (IndexedFile file : files) {
                out.writeInt(file.id());
                text(out, file.path());
                text(out, file.deletes());
            }
            out.writeInt(Checksum.of(bytes.toByteArray(), bytes.size()));
        }
        Path fresh = folder.resolve(NAME + ".new");
        Files.write(fresh, bytes.toByteArray());
        Files.move(fresh, folder.resolve(NAME), StandardCopyOption.ATOMIC_MOVE);
    }

    private static String text(DataInputStream in) throws IOException {
        return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
    }

    private static void text(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }
}
