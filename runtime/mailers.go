package runtime

import (
	"os"
	"time"

	"gohap/runtime/core"
	"gohap/runtime/mailers"
)

// mail sends an alert about a server to the mailers of its proxy. It does not wait.
func (i *Instance) mail(e *core.EmailAlert, text string) {
	host := e.Host
	if host == "" {
		host, _ = os.Hostname()
	}
	e.Section.Send(&mailers.Letter{Host: host, From: e.From, To: e.To, Text: text, At: time.Now()})
}
