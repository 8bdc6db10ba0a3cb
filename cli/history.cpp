// `show … neighbors N history` and `monitor`: what happened to a neighbor, and what happens now,
// one event a line.
#include <functional>

#include "cli/command.hpp"
#include "cli/event_text.hpp"
#include "cli/failure.hpp"
#include "cli/fields.hpp"
#include "cli/interrupt.hpp"

namespace dx::cli {
namespace {

constexpr std::string_view kDefaultCount = "50";

void print_event(const Object& event, bool with_neighbor, Output& out) {
    const auto neighbor = text(event, "neighbor");
    out.print("{}  {:<22} ", event_time(event), text(event, "event"));
    if (with_neighbor) out.print("{:<16} ", neighbor.empty() ? "-" : neighbor);
    out.print("{}\n", event_words(event));
}

// Whole lines of what comes in pieces.
class Lines {
public:
    explicit Lines(std::function<void(std::string_view)> take) : take_(std::move(take)) {}

    void feed(std::string_view piece) {
        partial_ += piece;
        std::size_t begin = 0;
        for (auto end = partial_.find('\n'); end != partial_.npos;
             end = partial_.find('\n', begin)) {
            take_(std::string_view(partial_).substr(begin, end - begin));
            begin = end + 1;
        }
        partial_.erase(0, begin);
    }

private:
    std::function<void(std::string_view)> take_;
    std::string partial_;
};

void print_line(std::string_view line, Output& out) {
    const auto event = parse_object(std::string(line));
    const auto kind = text(event, "event");
    if (kind == "missed")
        out.print("({} events missed: this terminal was too slow)\n", number(event, "count"));
    else if (kind != "heartbeat")
        print_event(event, true, out);
}

}  // namespace

void show_history(Invocation& call) {
    const auto count =
        call.match.arguments.size() > 1 ? call.match.arguments[1] : std::string(kDefaultCount);
    const auto target = fmt::format("/v1/bgp/neighbors/{}/history?count={}",
                                    percent_encoded(call.argument()), percent_encoded(count));
    if (passed_on_as_json(call, target)) return;
    const auto history = parse_object(call.client.get(target));
    const auto& events = list(history, "events");
    if (events.empty()) return call.out.write("Nothing is known of it yet\n");
    for (const auto& event : events)
        print_event(event.as_object(), false, call.out);
}

// Until Ctrl-C, or until nobody reads what is printed.
void monitor(Invocation& call) {
    std::string target = "/v1/events";
    if (const auto neighbor = call.argument(); !neighbor.empty())
        target += "?neighbor=" + percent_encoded(neighbor);
    Lines lines([&](std::string_view line) {
        if (call.json)
            call.out.print("{}\n", line);
        else
            print_line(line, call.out);
    });
    const Interruptible until_ctrl_c;
    try {
        call.client.stream(target, [&](std::string_view piece) {
            lines.feed(piece);
            call.out.flush();
            return call.out.is_open() && !is_interrupted();
        });
    } catch (const Interrupted&) {
        return;
    }
}

}  // namespace dx::cli
