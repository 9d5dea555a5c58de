package prom

import (
	"errors"
	"net/url"
)

// Scopes is a set of the groups of metrics.
type Scopes uint8

const (
	Global Scopes = 1 << iota
	Frontends
	Listeners
	Backends
	Servers

	All = Global | Frontends | Listeners | Backends | Servers
)

// Options say what to write.
type Options struct {
	Scopes  Scopes
	NoMaint bool // leave out servers in maintenance
}

var errScope = errors.New("unknown scope")

// ParseQuery reads the query string of a request: "scope" once for each group
// to write ("*" for all, empty to start from none), and "no-maint". Anything
// else is ignored. An error means that the request deserves a 400.
func ParseQuery(query string) (Options, error) {
	o := Options{Scopes: All}
	values, err := url.ParseQuery(query)
	if err != nil {
		return o, err
	}
	_, o.NoMaint = values["no-maint"]
	scopes, given := values["scope"]
	if given {
		o.Scopes = 0
	}
	for _, s := range scopes {
		switch s {
		case "":
			o.Scopes = 0
		case "*":
			o.Scopes = All
		case "global":
			o.Scopes |= Global
		case "frontend":
			o.Scopes |= Frontends
		case "listener":
			o.Scopes |= Listeners
		case "backend":
			o.Scopes |= Backends
		case "server":
			o.Scopes |= Servers
		default:
			return o, errScope
		}
	}
	return o, nil
}
