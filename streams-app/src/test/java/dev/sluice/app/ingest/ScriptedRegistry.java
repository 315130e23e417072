package dev.sluice.app.ingest;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import dev.sluice.schemas.registry.CompatibilityVerdict;
import dev.sluice.schemas.registry.RegisteredSchema;
import dev.sluice.schemas.registry.SchemaRegistry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;

/** A registry of the schemas that a test puts in, away for as many calls as the test says. */
public final class ScriptedRegistry implements SchemaRegistry {
    final Map<Integer, Schema> schemas = new HashMap<>();
    final List<Integer> forgotten = new ArrayList<>();
    int failures;
    int calls;

    /** This registry, with one more schema. */
    public ScriptedRegistry with(int id, Schema schema) {
        schemas.put(id, schema);
        return this;
    }

    @Override
    public Schema byId(int id) {
        calls++;
        if (failures > 0) {
            failures--;
            throw new SluiceException(ErrorCode.REGISTRY_UNAVAILABLE, "away");
        }
        Schema schema = schemas.get(id);
        if (schema == null) {
            throw new SluiceException(ErrorCode.SCHEMA_NOT_FOUND, "none of id " + id);
        }
        return schema;
    }

    @Override
    public void forgetUnknown(int id) {
        forgotten.add(id);
    }

    @Override
    public int register(String subject, Schema schema) {
        throw new UnsupportedOperationException();
    }

    @Override
    public RegisteredSchema lookUp(String subject, Schema schema) {
        throw new UnsupportedOperationException();
    }

    @Override
    public RegisteredSchema latest(String subject) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<String> subjects() {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<Integer> versions(String subject) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompatibilityVerdict check(String subject, Schema schema) {
        throw new UnsupportedOperationException();
    }

    @Override
    public String compatibility(String subject) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void setCompatibility(String subject, String level) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
