package io.agentctl.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentctl.net.HttpProxy.Login;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which proxy the environment names, and for whom none. */
class ProxyEnvironmentTest {

    @Test
    void knowsNoProxyByDefault() {
        assertThat(ProxyEnvironment.DIRECT.proxyFor("https", "site", 443)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "https, https_proxy=a:1, a:1",
        "https, HTTPS_PROXY=a:1, a:1",
        "https, HTTPS_PROXY=a:1 https_proxy=b:2, b:2",
        "https, http_proxy=a:1, ''",
        "http, http_proxy=a:1, a:1",
        "http, HTTP_PROXY=a:1, a:1",
        "http, https_proxy=a:1, ''",
        "https, all_proxy=a:1, a:1",
        "http, ALL_PROXY=a:1, a:1",
        "https, all_proxy=a:1 HTTPS_PROXY=b:2, b:2",
        "https, https_proxy= HTTPS_PROXY=b:2, b:2",
        "https, https_proxy=http://a, a:80",
        "https, https_proxy=HTTP://a:3128/, a:3128",
        "https, https_proxy=http://[2001:db8::1]:3128, [2001:db8::1]:3128",
        "https, https_proxy=u:p@a:1, a:1",
    })
    void findsTheVariableThatApplies(String scheme, String variables, String proxy) {
        assertThat(environment(variables).proxyFor(scheme, "site", 443).map(HttpProxy::toString))
                .isEqualTo(Optional.of(proxy).filter(text -> !text.isEmpty()));
    }

    @ParameterizedTest(name = "NO_PROXY={0}: {1}:{2} {3}")
    @CsvSource({
        "*,                    site.example.com, 8000, direct",
        "*,                    [2001:db8::1],    8000, direct",
        "site.example.com,     site.example.com, 8000, direct",
        "SITE.example.com,     site.EXAMPLE.com, 8000, direct",
        "example.com,          site.example.com, 8000, direct",
        ".example.com,         site.example.com, 8000, direct",
        "*.example.com,        site.example.com, 8000, direct",
        ".example.com,         example.com,      8000, direct",
        "example.com,          badexample.com,   8000, proxy",
        ".example.com,         badexample.com,   8000, proxy",
        "example.com,          example.com.evil, 8000, proxy",
        "site.example.com,     example.com,      8000, proxy",
        "'a, b ,example.com',  example.com,      8000, direct",
        "',,',                 example.com,      8000, proxy",
        "example.com:8000,     example.com,      8000, direct",
        "example.com:443,      example.com,      8000, proxy",
        ".example.com:8000,    site.example.com, 8000, direct",
        "example.com:,         example.com,      8000, proxy",
        "10.1.2.3,             10.1.2.3,         8000, direct",
        "10.1.2.3:8000,        10.1.2.3,         8000, direct",
        "10.1.2.3:443,         10.1.2.3,         8000, proxy",
        "10.1.2.3,             10.1.2.30,        8000, proxy",
        "2.3,                  10.1.2.3,         8000, proxy",
        "10.0.0.0/8,           10.255.0.1,       8000, direct",
        "10.0.0.0/8,           11.0.0.1,         8000, proxy",
        "10.0.0.0/8,           ten.example.com,  8000, proxy",
        "10.0.0.0/99,          10.0.0.1,         8000, proxy",
        "::1,                  [::1],            8000, direct",
        "[::1],                [::1],            8000, direct",
        "[::1]:8000,           [::1],            8000, direct",
        "[::1]:443,            [::1],            8000, proxy",
        "2001:db8::/32,        [2001:db8::7],    8000, direct",
        "2001:db8::/32,        [2001:db9::7],    8000, proxy",
        "2001:DB8:0::1,        [2001:db8::1],    8000, direct",
        "::ffff:10.1.2.3,      10.1.2.3,         8000, direct",
    })
    void exceptsServers(String noProxy, String host, int port, String way) {
        for (String name : new String[] {"no_proxy", "NO_PROXY"}) {
            ProxyEnvironment environment = new ProxyEnvironment(Map.of("https_proxy", "http://p:1", name, noProxy));
            assertThat(environment.proxyFor("https", host, port).isEmpty())
                    .as("%s=%s excepts %s:%d", name, noProxy, host, port)
                    .isEqualTo(way.equals("direct"));
        }
    }

    @Test
    void readsALogin() {
        assertThat(login("https_proxy=http://user:pa%3Ass@a:1")).contains(new Login("user", "pa:ss"));
        assertThat(login("https_proxy=http://us%40er:p%C3%A4ss@a:1")).contains(new Login("us@er", "päss"));
        assertThat(login("https_proxy=http://user:a+b@a:1")).contains(new Login("user", "a+b"));
        assertThat(login("https_proxy=http://user:a:b@a:1")).contains(new Login("user", "a:b"));
        assertThat(login("https_proxy=http://user@a:1")).contains(new Login("user", ""));
        assertThat(login("https_proxy=http://a:1")).isEmpty();
    }

    @Test
    void showsNoPassword() {
        HttpProxy proxy = HttpProxy.parse("http://user:secret@a:1");
        assertThat(proxy).hasToString("a:1");
        assertThat(proxy.login().orElseThrow()).hasToString("Login[user]");
        assertThat(new HashMap<>(Map.of("proxy", proxy)).toString()).doesNotContain("secret");
    }

    static Stream<Arguments> malformed() {
        String form = " is not a proxy: expected [http://][user:password@]host[:port]";
        String kind = " is not a proxy that can be used: only http:// proxies can";
        return Stream.of(
                Arguments.of("socks5://u:secret@a:1", "'socks5://…@a:1'" + kind),
                Arguments.of("https://u:secret@a:1", "'https://…@a:1'" + kind),
                Arguments.of("http://u:sec ret@a:1", "'http://…@a:1'" + form),
                Arguments.of("http://u:secret@a:0", "'http://…@a:0'" + form),
                Arguments.of("http://u:secret@a:65536", "'http://…@a:65536'" + form),
                Arguments.of("http://u:secret@a:x", "'http://…@a:x'" + form),
                Arguments.of("http://u:sec@ret@a:1", "'http://…@a:1'" + form),
                Arguments.of("u:sec/ret@a:1", "'…@a:1'" + form),
                Arguments.of("u:secret@a://1", "'…@a://1'" + kind),
                Arguments.of("u:secret://x@a:1", "'…@a:1'" + kind),
                Arguments.of("http://", "'http://'" + form),
                Arguments.of("a:b:c", "'a:b:c'" + form),
                Arguments.of("x?y=://z", "'x?y=://z'" + form),
                Arguments.of("://a", "'://a'" + form));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("malformed")
    void namesAMalformedVariableWithoutThePassword(String value, String message) {
        assertThatThrownBy(() -> new ProxyEnvironment(Map.of("HTTPS_PROXY", value)).proxyFor("https", "site", 443))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("environment variable HTTPS_PROXY: " + message)
                .hasNoCause();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://u:sec\nret@a:1", "u:sec\nret@a:1", "u:sec\r/ret@a:1", "http://u:\nsecret\n@a b"})
    void hidesAPasswordOfSeveralLines(String value) {
        assertThatThrownBy(() -> new ProxyEnvironment(Map.of("HTTPS_PROXY", value)).proxyFor("https", "site", 443))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .doesNotContain("sec", "ret@", "\n", "\r");
    }

    private static Optional<Login> login(String variables) {
        return environment(variables)
                .proxyFor("https", "site", 443)
                .orElseThrow()
                .login();
    }

    private static ProxyEnvironment environment(String variables) {
        Map<String, String> parsed = new HashMap<>();
        for (String variable : variables.split(" ", -1)) {
            int equals = variable.indexOf('=');
            parsed.put(variable.substring(0, equals), variable.substring(equals + 1));
        }
        return new ProxyEnvironment(parsed);
    }
}
