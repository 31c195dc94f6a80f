package io.nspawn.internal;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The version of this library, as Maven notes it in the jar. */
public final class LibraryVersion {
    private static final Logger LOG = LoggerFactory.getLogger("io.nspawn.internal");
    private static final String NOTE = "/META-INF/maven/io.nspawn/nspawn-core/pom.properties";
    private static final String OF_CLASSES = "development";

    private LibraryVersion() {}

    public static String text() {
        try (InputStream note = LibraryVersion.class.getResourceAsStream(NOTE)) {
            if (note == null) {
                return OF_CLASSES;
            }
            Properties properties = new Properties();
            properties.load(note);
            return properties.getProperty("version", OF_CLASSES);
        } catch (IOException e) {
            LOG.debug("{} cannot be read: {}", NOTE, e.getMessage());
            return OF_CLASSES;
        }
    }
}
