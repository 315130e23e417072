package dev.sluice.sink.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelSourceTest {
    @TempDir
    Path folder;

    private void write(String file, String text) throws IOException {
        Path path = folder.resolve("silver").resolve(file);
        Files.createDirectories(folder.resolve("silver"));
        Files.writeString(path, text);
    }

    private static String model(String name) {
        return """
              - name: %s
                config: {materialized: incremental, incremental: delta, unique_key: id, order_by: id}
                columns: [{name: id, data_type: varchar}]
            """.formatted(name);
    }

    @Test
    void a_changed_folder_is_read_again_and_a_bad_change_keeps_the_last_good_models() throws IOException {
        String source =
                "sources: [{name: raw, tables: [{name: t, columns: [{name: id, data_type: varchar}]}]}]\nmodels:\n";
        String sql = "SELECT CAST(t.id AS varchar) AS id FROM {{ ref('raw.t') }} AS t";
        write("schema.yml", source + model("one"));
        write("one.sql", sql);
        ModelSource models = ModelSource.open(folder);
        ModelSet first = models.current();
        assertThat(models.current()).isSameAs(first);

        write("two.sql", "SELECT t.id::varchar AS id FROM {{ ref('raw.t') }} AS t");
        write("schema.yml", source + model("one") + model("two"));
        assertThat(models.current()).isSameAs(first);

        write("two.sql", sql);
        assertThat(models.current().models()).extracting(Model::name).containsExactly("silver.one", "silver.two");

        write("schema.yml", "models: [");
        assertThat(models.current().models()).hasSize(2);
    }
}
