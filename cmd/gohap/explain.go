package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"net/url"
	"os"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"gohap/parser/diag"
	"gohap/runtime"
)

// explainCommand is "gohap explain": which rules a request meets, and why.
func explainCommand() *cli.Command {
	return &cli.Command{
		Name:  "explain",
		Usage: "show which rules a request meets, and what each of them comes to",
		Description: "Loads the configuration, runs one request through the rules that would serve it, and prints\n" +
			"each rule met with the values that its conditions looked at. Nothing goes over a network:\n" +
			"whatever the request leads to, the server answers 200, or what --response has.",
		Flags: []cli.Flag{
			&cli.StringSliceFlag{Name: "f", Usage: "read this configuration `FILE`; several add up", Required: true},
			&cli.StringFlag{Name: "request", Usage: "send the request in `FILE`, - for standard input"},
			&cli.StringFlag{Name: "method", Value: "GET", Usage: "the request's method"},
			&cli.StringFlag{Name: "url", Value: "/", Usage: "the request's URL, or its path"},
			&cli.StringSliceFlag{Name: "header", Usage: "a `'Name: value'` of the request; may be repeated"},
			&cli.StringFlag{Name: "src", Value: "192.0.2.1", Usage: "the client's address"},
			&cli.StringFlag{Name: "frontend", Usage: "the frontend to go to; by default the one that listens on the URL's port, or the first one"},
			&cli.StringFlag{Name: "response", Usage: "have the server answer with what `FILE` holds"},
			&cli.BoolFlag{Name: "json", Usage: "print JSON"},
		},
		Action: explain,
	}
}

func explain(c *cli.Context) error {
	t, err := trial(c)
	if err != nil {
		return err
	}
	list := &diag.List{}
	files := c.StringSlice("f")
	i := runtime.Load(&runtime.Options{
		Master: true,
		Files:  files, Features: parserFeatures(), ReleaseDate: versionDate, Program: "haproxy", NoResolve: true,
	}, list)
	if i == nil {
		(&diag.Text{W: c.App.ErrWriter, PID: os.Getpid()}).WriteList(list)
		return errors.New("the configuration is wrong")
	}
	e, err := i.Explain(t)
	if err != nil {
		return err
	}
	if c.Bool("json") {
		out := json.NewEncoder(c.App.Writer)
		out.SetEscapeHTML(false)
		out.SetIndent("", "  ")
		return out.Encode(e)
	}
	printExplanation(c.App.Writer, e, len(files) > 1)
	return nil
}

// trial reads the request that the command line describes.
func trial(c *cli.Context) (*runtime.Trial, error) {
	t := &runtime.Trial{Frontend: c.String("frontend"), Response: []byte("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")}
	src, err := netip.ParseAddrPort(c.String("src"))
	if err != nil {
		ip, err := netip.ParseAddr(c.String("src"))
		if err != nil {
			return nil, fmt.Errorf("--src: %w", err)
		}
		src = netip.AddrPortFrom(ip, 50000)
	}
	t.Src = src
	if name := c.String("response"); name != "" {
		if t.Response, err = readMessage(name); err != nil {
			return nil, err
		}
	}
	if name := c.String("request"); name != "" {
		t.Request, err = readMessage(name)
		return t, err
	}
	u, err := url.Parse(c.String("url"))
	if err != nil {
		return nil, fmt.Errorf("--url: %w", err)
	}
	t.Port, _ = strconv.Atoi(u.Port())
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\n", c.String("method"), u.RequestURI())
	host := u.Host
	for _, h := range c.StringSlice("header") {
		name, value, ok := strings.Cut(h, ":")
		if !ok {
			return nil, fmt.Errorf("--header %q: there is no colon", h)
		}
		if strings.EqualFold(name, "host") {
			host = ""
		}
		fmt.Fprintf(&b, "%s: %s\r\n", name, strings.TrimSpace(value))
	}
	if host != "" {
		fmt.Fprintf(&b, "Host: %s\r\n", host)
	}
	t.Request = []byte(b.String() + "\r\n")
	return t, nil
}

// readMessage reads a message of HTTP, whose lines may end in LF alone.
func readMessage(name string) ([]byte, error) {
	var text []byte
	var err error
	if name == "-" {
		text, err = io.ReadAll(os.Stdin)
	} else {
		text, err = os.ReadFile(name)
	}
	if err != nil || bytes.Contains(text, []byte("\r\n")) {
		return text, err
	}
	head, body, ok := bytes.Cut(text, []byte("\n\n"))
	if !ok {
		head = bytes.TrimRight(head, "\n")
	}
	head = bytes.ReplaceAll(head, []byte("\n"), []byte("\r\n"))
	return append(append(head, "\r\n\r\n"...), body...), nil
}
