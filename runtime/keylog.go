package runtime

import (
	"strings"

	"gohap/parser"
)

// presetKeylog gives configurations the variables that later releases of HAProxy
// have: log formats whose lines decrypt captured traffic, for clients and servers.
func presetKeylog(env *parser.Env) {
	for side, name := range map[string]string{"fc": "HAPROXY_KEYLOG_FC_LOG_FMT", "bc": "HAPROXY_KEYLOG_BC_LOG_FMT"} {
		var lines []string
		for _, secret := range []string{
			"CLIENT_HANDSHAKE_TRAFFIC_SECRET", "SERVER_HANDSHAKE_TRAFFIC_SECRET", "CLIENT_TRAFFIC_SECRET_0", "SERVER_TRAFFIC_SECRET_0",
		} {
			lines = append(lines, secret+" %[ssl_"+side+"_client_random,hex] %[ssl_"+side+"_"+strings.ToLower(secret)+"]")
		}
		// A line feed as such would be a blank.
		env.Preset(name, strings.Join(lines, "%[bin(0A)]"))
	}
}
