package errorpage

const authText = "You need a valid user and password to access this content."

// pages are the built-in ones, in the order of their statuses. What they say is
// what clients of HAProxy see, odd dots and reasons included.
var pages = []*Page{
	builtin(200, "OK", "Service ready.", false),
	builtin(400, "Bad request", "Your browser sent an invalid request.", true),
	builtin(401, "Unauthorized", authText, false),
	builtin(403, "Forbidden", "Request forbidden by administrative rules.", false),
	builtin(404, "Not Found", "The resource could not be found.", false),
	builtin(405, "Method Not Allowed", "A request was made of a resource using a request method not supported by that resource", false),
	builtin(407, "Unauthorized", authText, false),
	builtin(408, "Request Time-out", "Your browser didn't send a complete request in time.", true),
	builtin(410, "Gone", "The resource is no longer available and will not be available again.", false),
	builtin(413, "Payload Too Large", "The request entity exceeds the maximum allowed.", false),
	builtin(421, "Misdirected Request", "Request sent to a non-authoritative server.", false),
	builtin(422, "Unprocessable Content", "The server cannot process the contained instructions.", false),
	builtin(425, "Too Early", "Your browser sent early data.", false),
	builtin(429, "Too Many Requests", "You have sent too many requests in a given amount of time.", false),
	builtin(500, "Internal Server Error", "An internal server error occurred.", false),
	builtin(501, "Not Implemented", ".The server does not support the functionality required to fulfill the request.", false),
	builtin(502, "Bad Gateway", "The server returned an invalid or incomplete response.", false),
	builtin(503, "Service Unavailable", "No server is available to handle this request.", false),
	builtin(504, "Gateway Time-out", "The server didn't respond in time.", false),
}

// Builtin returns the built-in page for a status, nil where there is none: the
// statuses that errorfile takes are exactly those that have one.
func Builtin(status int) *Page {
	for _, p := range pages {
		if p.Status == status {
			return p
		}
	}
	return nil
}

// Statuses returns the statuses that have a page, in ascending order.
func Statuses() []int {
	s := make([]int, len(pages))
	for i, p := range pages {
		s[i] = p.Status
	}
	return s
}
