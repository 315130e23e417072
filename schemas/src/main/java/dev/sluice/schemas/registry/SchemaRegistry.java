package dev.sluice.schemas.registry;

import dev.sluice.error.SluiceException;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;

/**
 * What Sluice asks of a schema registry. Implementations are safe for use by several threads.
 *
 * <p>Every call may throw {@link SluiceException} with {@code REGISTRY_UNAVAILABLE} when the registry does not answer
 * even after retries, or {@code REGISTRY_REFUSED} when it answers but not to us (credentials, wrong URL). Neither says
 * anything about a schema; only {@code SCHEMA_NOT_FOUND} says that the registry has none.
 */
public interface SchemaRegistry extends AutoCloseable {
    /**
     * The client that the property {@code schema.registry.client} names. Nothing is asked of the registry yet.
     *
     * @throws SluiceException {@code CONFIG_INVALID} for an unknown name or a wrong value, or when Confluent's client
     *     is asked for and not on the class path
     */
    static SchemaRegistry from(Map<String, String> properties) {
        String client = properties.getOrDefault(
                RegistryKey.CLIENT.property(), RegistryKey.CLIENT.standard().orElseThrow());
        return switch (client) {
            case "sluice" -> HttpSchemaRegistry.from(properties);
            case "confluent" -> ConfluentSchemaRegistry.from(properties, SchemaRegistry.class.getClassLoader());
            default -> throw RegistryKey.CLIENT.invalid("there is no such client", "sluice or confluent", client);
        };
    }

    /**
     * The schema of a global id, with the schemas it refers to resolved. Served from memory after the first call.
     *
     * @throws SluiceException {@code SCHEMA_NOT_FOUND} if there is none; {@code SCHEMA_INVALID} if it is not Avro
     */
    Schema byId(int id);

    /**
     * Forgets that an id was unknown, as somebody may just have registered its schema: the next {@link #byId} asks the
     * registry. Confluent's client cannot; it asks again when its own time is up.
     */
    default void forgetUnknown(int id) {}

    /**
     * Makes the schema the subject's next version unless the subject has it already.
     *
     * @return the global id, the same one for the same schema every time
     * @throws SluiceException {@code SCHEMA_INCOMPATIBLE} if the subject's compatibility level forbids it
     */
    int register(String subject, Schema schema);

    /**
     * The version under which the subject has exactly this schema.
     *
     * @throws SluiceException {@code SCHEMA_NOT_FOUND} if the subject does not exist or does not have it
     */
    RegisteredSchema lookUp(String subject, Schema schema);

    /**
     * The subject's newest version, asked for anew at each call.
     *
     * @throws SluiceException {@code SCHEMA_NOT_FOUND} if the subject does not exist
     */
    RegisteredSchema latest(String subject);

    /** The names of all subjects, in the registry's order. */
    List<String> subjects();

    /**
     * The subject's version numbers, oldest first.
     *
     * @throws SluiceException {@code SCHEMA_NOT_FOUND} if the subject does not exist
     */
    List<Integer> versions(String subject);

    /** Whether {@link #register} would be allowed. A subject that does not exist yet takes any schema. */
    CompatibilityVerdict check(String subject, Schema schema);

    /** The level in force for the subject: its own, else the registry's. For example {@code BACKWARD}. */
    String compatibility(String subject);

    /** Sets the subject's own level. */
    void setCompatibility(String subject, String level);

    /** Ends the use of this registry; later calls fail. */
    @Override
    void close();
}
