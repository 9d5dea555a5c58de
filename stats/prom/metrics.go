package prom

import (
	"gohap/stats"
)

// A metric is a column of "show stat" under the name by which it is exported.
type metric struct {
	column string
	name   string      // after "haproxy_<kind>_"
	kinds  stats.Kinds // where it is exported, if not wherever the column is filled
	help   string      // instead of the column's
	millis bool        // exported in seconds
	http   bool        // only of proxies in HTTP mode
	form   form
}

// form says how a value becomes samples.
type form uint8

const (
	plain       form = iota
	status           // one sample for each state
	check            // one sample for each result of a check
	code             // of the latest check
	duration         // of the latest check
	class            // a class of HTTP responses
	aggStatuses      // of a backend's servers
	aggChecks        // of the checks of a backend's servers
)

const (
	statusHelp   = "Current status of the service, per state label value."
	maxTimesHelp = "Maximum observed "
)

const frontAndBack = stats.Frontends | stats.Backends

// metrics are the exported columns, in order.
var metrics = []metric{
	{column: "qcur", name: "current_queue"},
	{column: "qmax", name: "max_queue"},
	{column: "scur", name: "current_sessions"},
	{column: "smax", name: "max_sessions"},
	{column: "slim", name: "limit_sessions"},
	{column: "stot", name: "sessions_total"},
	{column: "bin", name: "bytes_in_total"},
	{column: "bout", name: "bytes_out_total"},
	{column: "dreq", name: "requests_denied_total"},
	{column: "dresp", name: "responses_denied_total"},
	{column: "ereq", name: "request_errors_total"},
	{column: "econ", name: "connection_errors_total"},
	{column: "eresp", name: "response_errors_total"},
	{column: "wretr", name: "retry_warnings_total"},
	{column: "wredis", name: "redispatch_warnings_total"},
	{column: "status", name: "status", form: status, help: statusHelp},
	{column: "weight", name: "weight"},
	{column: "act", name: "active_servers", kinds: stats.Backends},
	{column: "bck", name: "backup_servers", kinds: stats.Backends},
	{column: "chkfail", name: "check_failures_total"},
	{column: "chkdown", name: "check_up_down_total"},
	{column: "lastchg", name: "check_last_change_seconds"},
	{column: "downtime", name: "downtime_seconds_total"},
	{column: "qlimit", name: "queue_limit"},
	{column: "throttle", name: "current_throttle"},
	{column: "lbtot", name: "loadbalanced_total"},
	{column: "rate_lim", name: "limit_session_rate"},
	{column: "rate_max", name: "max_session_rate"},
	{column: "check_status", name: "check_status", form: check, help: "Status of last health check, per state label value."},
	{column: "check_code", name: "check_code", form: code, help: "layer5-7 code, if available of the last health check."},
	{column: "check_duration", name: "check_duration_seconds", form: duration, help: "Total duration of the latest server health check, in seconds."},
	{column: "hrsp_1xx", name: "http_responses_total", http: true, form: class},
	{column: "req_rate_max", name: "http_requests_rate_max", http: true},
	{column: "req_tot", name: "http_requests_total", kinds: frontAndBack, http: true},
	{column: "cli_abrt", name: "client_aborts_total"},
	{column: "srv_abrt", name: "server_aborts_total"},
	{column: "comp_in", name: "http_comp_bytes_in_total", http: true},
	{column: "comp_out", name: "http_comp_bytes_out_total", http: true},
	{column: "comp_byp", name: "http_comp_bytes_bypassed_total", http: true},
	{column: "comp_rsp", name: "http_comp_responses_total", http: true},
	{column: "lastsess", name: "last_session_seconds"},
	{column: "qtime", name: "queue_time_average_seconds", millis: true, help: "Avg. queue time for last 1024 successful connections."},
	{column: "ctime", name: "connect_time_average_seconds", millis: true, help: "Avg. connect time for last 1024 successful connections."},
	{column: "rtime", name: "response_time_average_seconds", millis: true, help: "Avg. response time for last 1024 successful connections."},
	{column: "ttime", name: "total_time_average_seconds", millis: true, help: "Avg. total time for last 1024 successful connections."},
	{column: "conn_rate_max", name: "connections_rate_max"},
	{column: "conn_tot", name: "connections_total"},
	{column: "intercepted", name: "intercepted_requests_total", kinds: stats.Frontends, http: true},
	{column: "dcon", name: "denied_connections_total"},
	{column: "dses", name: "denied_sessions_total"},
	{column: "wrew", name: "failed_header_rewriting_total"},
	{column: "connect", name: "connection_attempts_total"},
	{column: "reuse", name: "connection_reuses_total"},
	{column: "cache_lookups", name: "http_cache_lookups_total", http: true},
	{column: "cache_hits", name: "http_cache_hits_total", http: true},
	{column: "srv_icur", name: "idle_connections_current"},
	{column: "src_ilim", name: "idle_connections_limit"},
	{column: "qtime_max", name: "max_queue_time_seconds", millis: true, help: maxTimesHelp + "time spent in the queue"},
	{column: "ctime_max", name: "max_connect_time_seconds", millis: true, help: maxTimesHelp + "time spent waiting for a connection to complete"},
	{column: "rtime_max", name: "max_response_time_seconds", millis: true, help: maxTimesHelp + "time spent waiting for a server response"},
	{column: "ttime_max", name: "max_total_time_seconds", millis: true, help: maxTimesHelp + "total request+response time (request+queue+connect+response+processing)"},
	{column: "eint", name: "internal_errors_total"},
	{column: "idle_conn_cur", name: "unsafe_idle_connections_current"},
	{column: "safe_conn_cur", name: "safe_idle_connections_current"},
	{column: "used_conn_cur", name: "used_connections_current"},
	{column: "need_conn_est", name: "need_connections_current"},
	{column: "uweight", name: "uweight"},
	{column: "agg_server_status", name: "agg_server_status", form: aggStatuses},
	{column: "agg_server_check_status", name: "agg_server_check_status", form: aggStatuses},
	{column: "agg_check_status", name: "agg_check_status", form: aggChecks},
}

// column returns the column of that name. The tests see to it that there is one
// for each metric.
func column(name string) *stats.Column {
	for i := range stats.Columns {
		if stats.Columns[i].Name == name {
			return &stats.Columns[i]
		}
	}
	panic("prom: no column " + name)
}
