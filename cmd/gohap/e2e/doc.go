// Package e2e holds the end-to-end tests of the gohap program: whole processes,
// real sockets and real peers, and nothing imported from the engine.
//
// Most tests run the same thing twice, once with HAProxy and once with gohap,
// and compare. The environment steers them:
//
//	GOHAP_BIN          the program under test; when unset, it is built from
//	                   gohap/cmd/gohap. GOHAP_BIN=/usr/sbin/haproxy compares
//	                   HAProxy with itself, which checks the tests.
//	HAPROXY_BIN        the reference; when unset, haproxy of PATH.
//	GOHAP_ENGINE       portable has the program wait with Go's poller in place of its
//	                   own loops. Tests hold for both; those that open no socket
//	                   run with loops only.
//	GOHAP_TEST_STRICT  1 turns every skip for a missing peer into a failure.
//	GOHAP_DIFF_SHOW    a regular expression: print what the differential cases
//	                   with a matching name saw.
package e2e
