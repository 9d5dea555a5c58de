package prom

import (
	"gohap/stats"
)

// processMetrics are the fields of "show info" that are exported, in order.
var processMetrics = []struct{ field, name, kind string }{
	{"Nbthread", "nbthread", "gauge"},
	{"Nbproc", "nbproc", "gauge"},
	{"Process_num", "relative_process_id", "gauge"},
	{"Uptime_sec", "uptime_seconds", "gauge"},
	{"PoolFailed", "pool_failures_total", "counter"},
	{"Ulimit-n", "max_fds", "gauge"},
	{"Maxsock", "max_sockets", "gauge"},
	{"Maxconn", "max_connections", "gauge"},
	{"Hard_maxconn", "hard_max_connections", "gauge"},
	{"CurrConns", "current_connections", "gauge"},
	{"CumConns", "connections_total", "counter"},
	{"CumReq", "requests_total", "counter"},
	{"MaxSslConns", "max_ssl_connections", "gauge"},
	{"CurrSslConns", "current_ssl_connections", "gauge"},
	{"CumSslConns", "ssl_connections_total", "counter"},
	{"Maxpipes", "max_pipes", "gauge"},
	{"PipesUsed", "pipes_used_total", "counter"},
	{"PipesFree", "pipes_free_total", "counter"},
	{"ConnRate", "current_connection_rate", "gauge"},
	{"ConnRateLimit", "limit_connection_rate", "gauge"},
	{"MaxConnRate", "max_connection_rate", "gauge"},
	{"SessRate", "current_session_rate", "gauge"},
	{"SessRateLimit", "limit_session_rate", "gauge"},
	{"MaxSessRate", "max_session_rate", "gauge"},
	{"SslRate", "current_ssl_rate", "gauge"},
	{"SslRateLimit", "limit_ssl_rate", "gauge"},
	{"MaxSslRate", "max_ssl_rate", "gauge"},
	{"SslFrontendKeyRate", "current_frontend_ssl_key_rate", "gauge"},
	{"SslFrontendMaxKeyRate", "max_frontend_ssl_key_rate", "gauge"},
	{"SslFrontendSessionReuse_pct", "frontend_ssl_reuse", "gauge"},
	{"SslBackendKeyRate", "current_backend_ssl_key_rate", "gauge"},
	{"SslBackendMaxKeyRate", "max_backend_ssl_key_rate", "gauge"},
	{"SslCacheLookups", "ssl_cache_lookups_total", "counter"},
	{"SslCacheMisses", "ssl_cache_misses_total", "counter"},
	{"CompressBpsIn", "http_comp_bytes_in_total", "counter"},
	{"CompressBpsOut", "http_comp_bytes_out_total", "counter"},
	{"CompressBpsRateLim", "limit_http_comp", "gauge"},
	{"ZlibMemUsage", "current_zlib_memory", "gauge"},
	{"MaxZlibMemUsage", "max_zlib_memory", "gauge"},
	{"Tasks", "current_tasks", "gauge"},
	{"Run_queue", "current_run_queue", "gauge"},
	{"Idle_pct", "idle_time_percent", "gauge"},
	{"Stopping", "stopping", "gauge"},
	{"Jobs", "jobs", "gauge"},
	{"Unstoppable Jobs", "unstoppable_jobs", "gauge"},
	{"Listeners", "listeners", "gauge"},
	{"ActivePeers", "active_peers", "gauge"},
	{"ConnectedPeers", "connected_peers", "gauge"},
	{"DroppedLogs", "dropped_logs_total", "counter"},
	{"BusyPolling", "busy_polling_enabled", "gauge"},
	{"FailedResolutions", "failed_resolutions", "counter"},
	{"TotalBytesOut", "bytes_out_total", "counter"},
	{"TotalSplicdedBytesOut", "spliced_bytes_out_total", "counter"},
	{"BytesOutRate", "bytes_out_rate", "gauge"},
	{"CumRecvLogs", "recv_logs_total", "counter"},
	{"Build info", "build_info", "gauge"},
	{"Memmax_bytes", "max_memory_bytes", "gauge"},
	{"PoolAlloc_bytes", "pool_allocated_bytes", "gauge"},
	{"PoolUsed_bytes", "pool_used_bytes", "gauge"},
	{"Start_time_sec", "start_time_seconds", "gauge"},
}

// process writes the metrics of the process.
func (e *encoder) process(info *stats.Info) {
	for _, m := range processMetrics {
		f := infoField(m.field)
		v, _ := f.Value(info, false)
		e.begin("haproxy_process_"+m.name, m.kind, f.Doc)
		if v.IsText() {
			e.sample(stats.Uint(1), "version", v.String())
			continue
		}
		e.sample(v)
	}
}

func infoField(name string) *stats.InfoField {
	for i := range stats.InfoFields {
		if stats.InfoFields[i].Name == name {
			return &stats.InfoFields[i]
		}
	}
	panic("prom: no field " + name)
}
