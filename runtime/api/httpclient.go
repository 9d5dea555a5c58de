package api

import (
	"gohap/runtime/httpclient"
	"gohap/runtime/registry"
)

func init() {
	Commands.Add(&Command{
		Keyword: registry.Keyword{Name: "httpclient", Usage: "<method> <URI>", Manual: "9.3", Doc: "launch an HTTP request"},
		Level:   lowest, Expert: true, Run: (*Call).httpClient,
	})
}

// httpClient sends a request, with the payload as its body, and shows the response.
func (c *Call) httpClient() {
	k := c.process.Graph().Global.HTTPClient.Client
	switch {
	case c.Arg(0) == "" || c.Arg(1) == "":
		c.Fail("Can't start the HTTP client: not enough parameters.\n")
	case k == nil || !k.Do(&httpclient.Request{Method: c.Arg(0), URI: c.Arg(1), Body: []byte(c.Payload)}, c):
		c.Fail("Can't start the HTTP client.\n")
	}
}
