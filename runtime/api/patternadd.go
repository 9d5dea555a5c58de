package api

import (
	"errors"
	"fmt"
	"strings"

	"gohap/runtime/pattern"
)

func (k listKind) add(c *Call) {
	v, given := c.version()
	switch {
	case k.isMap && !(c.Arg(0) != "" && (c.Payload != "" || c.Arg(2) != "")):
		c.Fail("'add map' expects three parameters (map identifier, key and value) or one parameter (map identifier) and a payload\n")
		return
	case !k.isMap && (c.Arg(0) == "" || c.Arg(1) == ""):
		c.Fail("'add acl' expects two parameters: ACL identifier and pattern.\n")
		return
	}
	r := named(c, c.Arg(0)) // HAProxy adds values to ACLs, too
	if r == nil {
		c.unknownList(k.title)
		return
	}
	if !k.isMap && r.Map {
		c.Fail("This ACL is shared with a map containing samples. You must use the command 'add map' to add values.\n")
		return
	}
	if c.Payload == "" {
		c.addEntry(r, v, given, c.Arg(1), c.Arg(2))
		return
	}
	for line := range strings.Lines(c.Payload) {
		line = strings.TrimSuffix(line, "\n")
		key, value, ok := strings.Cut(strings.TrimLeft(line, " \t"), " ")
		if !ok {
			c.Fail(fmt.Sprintf("Missing value for key '%s'.\n", key))
			return
		}
		if !c.addEntry(r, v, given, key, strings.TrimLeft(value, " \t")) {
			return
		}
	}
}

// addEntry adds one entry, to a version where one is given. It answers the client
// when that fails.
func (c *Call) addEntry(r *pattern.Ref, version uint32, given bool, key, value string) bool {
	var err error
	if given {
		err = r.AddTo(version, key, value)
	} else {
		err = r.Add(key, value)
	}
	c.refused(err, value)
	return err == nil
}

// refused tells the client why an entry is not taken.
func (c *Call) refused(err error, value string) {
	switch {
	case err == nil:
	case errors.Is(err, pattern.ErrValue):
		c.Fail(fmt.Sprintf("unable to parse '%s'.\n", value))
	default:
		c.Fail(err.Error() + ".\n")
	}
}

func (k listKind) set(c *Call) {
	if c.Arg(2) == "" {
		c.Fail("'set map' expects three parameters: map identifier, key and value.\n")
		return
	}
	r := k.find(c, c.Arg(0))
	if r == nil {
		return
	}
	ref, byRef := reference(c.Arg(1))
	var found bool
	var err error
	if byRef {
		found, err = r.SetEntry(ref, c.Arg(2))
	} else {
		found, err = r.Set(c.Arg(1), c.Arg(2))
	}
	switch {
	case found:
		c.refused(err, c.Arg(2))
	case byRef:
		c.Fail("key or pattern not found.\n")
	default:
		c.Fail("entry not found.\n")
	}
}
