package dev.sluice.schemas.registry;

import dev.sluice.error.ErrorCode;
import dev.sluice.error.SluiceException;
import java.lang.reflect.InvocationTargetException;
import java.util.List;
import java.util.Map;

/**
 * Confluent's client as a user has it on the class path. Sluice is not compiled against it, since it is not on Maven
 * Central; schemas cross the border as text, so that its Avro need not be ours.
 */
final class ConfluentClasses {
    private static final String BASE = "io.confluent.kafka.schemaregistry.";

    private final Class<?> clientType;
    private final Class<?> schemaType;
    private final Class<?> avroType;
    private final Class<?> metadataType;
    private final Class<?> failureType;

    private ConfluentClasses(ClassLoader loader) throws ClassNotFoundException {
        clientType = Class.forName(BASE + "client.CachedSchemaRegistryClient", true, loader);
        schemaType = Class.forName(BASE + "ParsedSchema", true, loader);
        avroType = Class.forName(BASE + "avro.AvroSchema", true, loader);
        metadataType = Class.forName(BASE + "client.SchemaMetadata", true, loader);
        failureType = Class.forName(BASE + "client.rest.exceptions.RestClientException", true, loader);
    }

    /** @throws SluiceException {@code CONFIG_INVALID} when a class is missing */
    static ConfluentClasses in(ClassLoader loader) {
        try {
            return new ConfluentClasses(loader);
        } catch (ClassNotFoundException | LinkageError e) {
            throw RegistryKey.CLIENT.invalid(
                    "Confluent's client is not on the class path",
                    "the jars of io.confluent:kafka-schema-registry-client in SLUICE_CLASSPATH",
                    "no class " + e.getMessage());
        }
    }

    Object client(List<String> urls, int cacheSize, Map<String, ?> properties) {
        try {
            return clientType.getConstructor(List.class, int.class, Map.class).newInstance(urls, cacheSize, properties);
        } catch (InvocationTargetException e) {
            throw new SluiceException(
                    ErrorCode.CONFIG_INVALID,
                    "Cannot set Confluent's registry client up: it refused its properties (%s)".formatted(e.getCause()),
                    e);
        } catch (ReflectiveOperationException e) {
            throw strange(e);
        }
    }

    /** Confluent's form of an Avro schema. */
    Object schema(String text) {
        try {
            return avroType.getConstructor(String.class).newInstance(text);
        } catch (ReflectiveOperationException e) {
            throw strange(e);
        }
    }

    /**
     * The text of a schema with the schemas that it refers to in it; of another kind than Avro: what it says itself.
     */
    String text(Object schema) {
        return String.valueOf(read(schemaType, schema, "rawSchema"));
    }

    /** {@code AVRO}, {@code JSON}, ... */
    String kind(Object schema) {
        return String.valueOf(read(schemaType, schema, "schemaType"));
    }

    int number(Object metadata, String getter) {
        return (int) read(metadataType, metadata, getter);
    }

    /** Calls a method of the client with one argument or two: a subject or an id, and a schema. */
    Object call(Object client, String method, Object... arguments) throws Refused {
        Class<?>[] types = new Class<?>[arguments.length];
        for (int i = 0; i < types.length; i++) {
            Object argument = arguments[i];
            types[i] = argument instanceof String ? String.class : argument instanceof Integer ? int.class : schemaType;
        }
        try {
            return clientType.getMethod(method, types).invoke(client, arguments);
        } catch (InvocationTargetException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            if (failureType.isInstance(cause)) {
                throw new Refused(
                        (int) read(failureType, cause, "getStatus"),
                        (int) read(failureType, cause, "getErrorCode"),
                        String.valueOf(cause.getMessage()));
            }
            throw new Refused(cause);
        } catch (ReflectiveOperationException e) {
            throw strange(e);
        }
    }

    private static Object read(Class<?> type, Object object, String getter) {
        try {
            return type.getMethod(getter).invoke(object);
        } catch (ReflectiveOperationException e) {
            throw strange(e);
        }
    }

    private static SluiceException strange(ReflectiveOperationException e) {
        return new SluiceException(
                ErrorCode.CONFIG_INVALID,
                "Cannot use Confluent's registry client: it is of another shape, expected version 7 or newer, found no %s"
                        .formatted(e.getMessage()),
                e);
    }

    /** What the client threw. */
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1;

        private final int status;
        private final int errorCode;

        /** The registry's own refusal. */
        private Refused(int status, int errorCode, String message) {
            super(message);
            this.status = status;
            this.errorCode = errorCode;
        }

        /** Anything else; the status is 0. */
        private Refused(Throwable cause) {
            super(String.valueOf(cause), cause);
            this.status = 0;
            this.errorCode = 0;
        }

        int status() {
            return status;
        }

        int errorCode() {
            return errorCode;
        }
    }
}
