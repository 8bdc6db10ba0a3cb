// A request and its reply as the handlers see them: no sockets, no Beast. The server (server.hpp)
// turns bytes into these and back.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dx::control {

enum class Verb { Get, Post, Other };  // HEAD is a Get whose body the server leaves out

struct Client {  // as the kernel says (SO_PEERCRED)
    std::uint32_t user = 0;
    std::int32_t process = 0;
};

struct Request {
    Verb verb = Verb::Get;
    std::vector<std::string> path;                           // decoded segments: {"v1", "bgp", …}
    std::vector<std::pair<std::string, std::string>> query;  // decoded
    std::string body;
    std::optional<Client> client{};  // who asks; none by TCP

    // The value of a query parameter; none if it is absent or empty.
    std::optional<std::string_view> parameter(std::string_view name) const;
};

// "/v1/bgp/routes?family=ipv6&prefix=2001%3Adb8%3A%3A/32" into path and query; false if the
// escapes are wrong.
bool parse_target(std::string_view target, Request& into);

// The rest of a long body, made piece by piece while the client reads. `next` is called again only
// when the piece before has been written; its answer comes once, now or later, on the same thread.
class BodyStream {
public:
    using Answer = std::function<void(std::string piece, bool more)>;

    virtual ~BodyStream() = default;
    virtual void next(Answer answer) = 0;
};

struct Reply {
    using Answer = std::function<void(Reply)>;

    unsigned status = 200;
    std::string body;                    // begins the body where there is a stream
    std::unique_ptr<BodyStream> stream;  // null: `body` is all
    std::string content_type = "application/json";
    std::string allow;  // with 405: the verbs that would do
    // Set: nothing else here counts, the reply is what this answers, once, now or later, on the
    // same thread.
    std::function<void(Answer)> later{};
};

Reply json_reply(std::string body);
Reply error_reply(unsigned status, std::string_view text);  // {"schema":1,"error":"…"}

}  // namespace dx::control
