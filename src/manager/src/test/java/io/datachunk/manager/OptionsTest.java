package io.datachunk.manager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.net.ProxySelector;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class OptionsTest {
    private static final Map<Class<?>, Object> OTHER_VALUES = Map.of(
            int.class,
            77,
            long.class,
            777L,
            boolean.class,
            true,
            Path.class,
            Path.of("/other"),
            List.class,
            List.of("10.0.0.0/8"),
            UUID.class,
            new UUID(1, 2),
            Credentials.class,
            (Credentials) host -> Map.of("X-Key", host),
            ProxySelector.class,
            ProxySelector.of(null));

    @Test
    void everyWithMethodChangesItsOwnComponentAndNoOther() throws ReflectiveOperationException {
        List<String> changed = new ArrayList<>();
        for (Method method : Options.class.getMethods()) {
            if (method.getName().startsWith("with")) {
                String name = method.getName().substring(4, 5).toLowerCase(Locale.ROOT)
                        + method.getName().substring(5);
                Object value = OTHER_VALUES.get(method.getParameterTypes()[0]);

                Options other = (Options) method.invoke(Options.defaults(), value);

                for (RecordComponent component : Options.class.getRecordComponents()) {
                    Object was = component.getAccessor().invoke(Options.defaults());
                    Object is = component.getAccessor().invoke(other);
                    if (component.getName().equals(name)) {
                        assertThat(is).as(name).isIn(value, Optional.ofNullable(value));
                    } else if (component.getType() != ProxySelector.class) {
                        assertThat(is)
                                .as(component.getName() + " after " + name)
                                .isEqualTo(was);
                    }
                }
                changed.add(name);
            }
        }

        assertThat(changed)
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(Options.class.getRecordComponents())
                        .map(RecordComponent::getName)
                        .toList());
    }

    @Test
    void namesTheSettingThatCannotBeUsed() {
        Options defaults = Options.defaults();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> defaults.withConnections(0))
                .withMessage("connections needs to be 1 or more, but is 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> defaults.withDiskReserveBytes(-1))
                .withMessageContaining("diskReserveBytes");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> defaults.withDeniedAddresses(List.of("everything")))
                .withMessageContaining("\"everything\"");
    }

    @Test
    void aLibraryMayFetchFromAnywhereByDefault() {
        assertThat(Options.defaults().refuseLocalAddresses()).isFalse();
        assertThat(Options.defaults().deniedAddresses()).isEmpty();
    }
}
