package fetch

import (
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	registry.Fetches.Add(&registry.Fetch{
		Keyword: registry.Keyword{
			Name: "ssl_fc", Manual: "7.3.4", Doc: "True for a client whose connection to the proxy is TLS.", OK: []string{"ssl_fc"},
		},
		Out: core.Bool, At: registry.L5Client,
		// Listeners do not speak TLS yet.
		Compile: plain(always(func(p *core.Sample) { p.SetBool(false) })),
	})
}
