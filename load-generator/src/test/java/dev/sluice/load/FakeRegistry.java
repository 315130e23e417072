package dev.sluice.load;

import dev.sluice.schemas.registry.CompatibilityVerdict;
import dev.sluice.schemas.registry.RegisteredSchema;
import dev.sluice.schemas.registry.SchemaRegistry;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;

/** One subject in memory, guarded for BACKWARD compatibility by Avro's own check. */
final class FakeRegistry implements SchemaRegistry {
    private static final int FIRST_ID = 101;
    private final List<Schema> versions = new ArrayList<>();

    @Override
    public int register(String subject, Schema schema) {
        int known = versions.indexOf(schema);
        if (known >= 0) {
            return FIRST_ID + known;
        }
        if (!check(subject, schema).compatible()) {
            throw new AssertionError("Not backward compatible: " + schema);
        }
        versions.add(schema);
        return FIRST_ID + versions.size() - 1;
    }

    @Override
    public CompatibilityVerdict check(String subject, Schema schema) {
        boolean compatible = versions.isEmpty()
                || SchemaCompatibility.checkReaderWriterCompatibility(schema, versions.get(versions.size() - 1))
                                .getType()
                        == SchemaCompatibilityType.COMPATIBLE;
        return new CompatibilityVerdict(compatible, List.of());
    }

    List<Schema> registered() {
        return versions;
    }

    @Override
    public Schema byId(int id) {
        return versions.get(id - FIRST_ID);
    }

    @Override
    public RegisteredSchema lookUp(String subject, Schema schema) {
        throw new UnsupportedOperationException("not asked by the generator");
    }

    @Override
    public RegisteredSchema latest(String subject) {
        throw new UnsupportedOperationException("not asked by the generator");
    }

    @Override
    public List<String> subjects() {
        throw new UnsupportedOperationException("not asked by the generator");
    }

    @Override
    public List<Integer> versions(String subject) {
        throw new UnsupportedOperationException("not asked by the generator");
    }

    @Override
    public String compatibility(String subject) {
        return "BACKWARD";
    }

    @Override
    public void setCompatibility(String subject, String level) {
        throw new UnsupportedOperationException("not asked by the generator");
    }

    @Override
    public void close() {}
}
