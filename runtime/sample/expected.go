package sample

import (
	"fmt"

	"gohap/parser/ast"
	"gohap/parser/diag"
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

// expected are the actions that messages about an unknown one name, those that
// gohap does not have yet among them.
var expected = [core.Rulesets]string{
	core.HTTPRequest: "'wait-for-handshake', 'ot-group', 'set-log-level', 'set-nice', 'use-service', 'sc-inc-gpc(*)', " +
		"'sc-inc-gpc0(*)', 'sc-inc-gpc1(*)', 'sc-set-gpt(*)', 'sc-set-gpt0(*)', 'send-spoe-group', 'do-resolve(*)', " +
		"'cache-use', 'add-acl(*)', 'add-header', 'allow', 'auth', 'capture', 'del-acl(*)', 'del-header', " +
		"'del-map(*)', 'deny', 'disable-l7-retry', 'early-hint', 'normalize-uri', 'redirect', 'reject', " +
		"'replace-header', 'replace-path', 'replace-pathq', 'replace-uri', 'replace-value', 'return', 'set-header', " +
		"'set-map(*)', 'set-method', 'set-path', 'set-pathq', 'set-query', 'set-uri', 'strict-mode', 'tarpit', " +
		"'track-sc(*)', 'set-timeout', 'wait-for-body', 'set-var-fmt(*)', 'set-var(*)', 'unset-var(*)', 'set-dst', " +
		"'set-dst-port', 'set-mark', 'set-src', 'set-src-port', 'set-tos', 'silent-drop', 'set-priority-class', " +
		"'set-priority-offset'",
	core.HTTPResponse: "'ot-group', 'set-log-level', 'set-nice', 'sc-inc-gpc(*)', 'sc-inc-gpc0(*)', 'sc-inc-gpc1(*)', " +
		"'sc-set-gpt(*)', 'sc-set-gpt0(*)', 'send-spoe-group', 'cache-store', 'add-acl(*)', 'add-header', 'allow', " +
		"'capture', 'del-acl(*)', 'del-header', 'del-map(*)', 'deny', 'redirect', 'replace-header', 'replace-value', " +
		"'return', 'set-header', 'set-map(*)', 'set-status', 'strict-mode', 'track-sc(*)', 'wait-for-body', " +
		"'set-var-fmt(*)', 'set-var(*)', 'unset-var(*)', 'set-mark', 'set-tos', 'silent-drop'",
	core.HTTPAfterResponse: "'ot-group', 'add-header', 'allow', 'capture', 'del-header', 'replace-header', 'replace-value', 'set-header', " +
		"'set-status', 'strict-mode', 'set-var-fmt(*)', 'set-var(*)', 'unset-var(*)'",
	core.TCPRequestConnection: "'accept', 'reject', 'capture', 'expect-proxy', 'expect-netscaler-cip', 'track-sc0' ... 'track-sc2', " +
		"'sc-inc-gpc(*)', 'sc-inc-gpc0(*)', 'sc-inc-gpc1(*)', 'sc-set-gpt(*)', 'sc-set-gpt0(*)', 'set-var-fmt(*)', " +
		"'set-var(*)', 'unset-var(*)', 'set-dst', 'set-dst-port', 'set-mark', 'set-src', 'set-src-port', 'set-tos', " +
		"'silent-drop'",
	core.TCPRequestSession: "'accept', 'reject', 'capture', 'expect-proxy', 'expect-netscaler-cip', 'track-sc0' ... 'track-sc2', " +
		"'sc-inc-gpc(*)', 'sc-inc-gpc0(*)', 'sc-inc-gpc1(*)', 'sc-set-gpt(*)', 'sc-set-gpt0(*)', 'set-var-fmt(*)', " +
		"'set-var(*)', 'unset-var(*)', 'set-dst', 'set-dst-port', 'set-mark', 'set-src', 'set-src-port', 'set-tos', " +
		"'silent-drop'",
	core.TCPRequestContent: "'accept', 'reject', 'capture', 'expect-proxy', 'expect-netscaler-cip', 'track-sc0' ... 'track-sc2', " +
		"'ot-group', 'set-log-level', 'set-nice', 'switch-mode', 'use-service', 'sc-inc-gpc(*)', 'sc-inc-gpc0(*)', " +
		"'sc-inc-gpc1(*)', 'sc-set-gpt(*)', 'sc-set-gpt0(*)', 'send-spoe-group', 'do-resolve(*)', 'set-var-fmt(*)', " +
		"'set-var(*)', 'unset-var(*)', 'set-src', 'set-src-port', 'set-dst', 'set-dst-port', 'set-mark', 'set-tos', " +
		"'silent-drop', 'set-priority-class', 'set-priority-offset'",
	core.TCPResponseContent: "'accept', 'close', 'reject', 'ot-group', 'set-log-level', 'set-nice', 'sc-inc-gpc(*)', 'sc-inc-gpc0(*)', " +
		"'sc-inc-gpc1(*)', 'sc-set-gpt(*)', 'sc-set-gpt0(*)', 'send-spoe-group', 'set-var-fmt(*)', 'set-var(*)', " +
		"'unset-var(*)', 'set-mark', 'set-tos', 'silent-drop'",
}

// wrongAction reports a word that is no action of the set, or the lack of one.
func wrongAction(c *registry.Compiler, w *ast.Word, set core.Ruleset) {
	end := "."
	if best := diag.Suggest(w.Text, actionNames(set)); best != "" {
		end = ". Did you mean '" + best + "' maybe ?"
	}
	switch set {
	case core.HTTPRequest, core.HTTPResponse, core.HTTPAfterResponse:
		if w.Text == "" {
			end = " (missing argument)."
		}
		c.Diags.Line(diag.Alert, w.Pos, c.Statement.Source, "'%s' expects %s, but got '%s'%s", set, expected[set], w.Text, end)
	default:
		c.Alert(w, "'%s' expects %s in %s '%s' (got '%s')%s\n", set, expected[set], c.Proxy, c.Proxy.Name, w.Text, end)
	}
}

// conditionError starts the messages about the condition of a rule.
func conditionError(c *registry.Compiler, set core.Ruleset, action string, words []ast.Word) string {
	switch {
	case set != core.HTTPRequest && set != core.HTTPResponse && set != core.HTTPAfterResponse:
		word := ""
		if len(words) > 0 {
			word = words[0].Text
		}
		return fmt.Sprintf("'%s %s' : error detected in %s '%s' while parsing '%s' condition", set, action, c.Proxy, c.Proxy.Name, word)
	case action == "redirect":
		return ruleError(c, set, action) + " : error in condition:"
	}
	return fmt.Sprintf("error detected while parsing an '%s %s' condition", set, action)
}

// ruleError starts the messages about a rule; those of connections have no start.
// A "redirect" line is a rule
// without the ruleset's name.
func ruleError(c *registry.Compiler, set core.Ruleset, action string) string {
	if set.TCP() {
		return ""
	}
	rule := fmt.Sprintf("'%s %s'", set, action)
	if action == c.Statement.Keyword() {
		rule = action
	}
	return fmt.Sprintf("error detected in %s '%s' while parsing %s rule", c.Proxy, c.Proxy.Name, rule)
}
