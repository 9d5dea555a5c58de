package health

import (
	"bytes"
	"context"
	"time"
)

// ask runs the agent check of c's server: connect, perhaps say something, read
// a line.
func (c *checker) ask(ctx context.Context) agentAnswer {
	_, agent := c.server.checks()
	a := c.attempt(ctx, &Check{
		Target: agent.Target, ConnectTimeout: agent.ConnectTimeout, Timeout: agent.Timeout,
	})
	defer a.hangUp()
	v := agent.converse(a)
	v.result.Duration = time.Since(a.begun)
	return v
}

func (g *Agent) converse(a *Attempt) agentAnswer {
	failed := func(r Result) agentAnswer { return agentAnswer{percent: -1, maxconn: -1, result: r} }
	if r, ok := a.dial(g.Target, nil, nil); !ok {
		return failed(r)
	}
	if g.Send != "" {
		if err := a.write([]byte(g.Send)); err != nil && isTimeout(err) {
			return failed(Result{Status: L7TOut})
		}
	}
	deadline := a.deadline()
	for !bytes.ContainsAny(a.input, "\r\n") {
		more, timeout := a.read(deadline)
		if timeout {
			return failed(Result{Status: L7TOut})
		}
		if !more {
			break
		}
	}
	return parseAnswer(string(a.input))
}
