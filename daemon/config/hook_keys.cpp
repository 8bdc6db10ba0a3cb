#include "daemon/config/hook_keys.hpp"

#include <algorithm>
#include <span>
#include <string>

#include "daemon/config/kinds.hpp"

namespace dx::config {
namespace {

constexpr WordOf<HookEvent> kEventWords[] = {
    {"neighbor-up", HookEvent::NeighborUp},   {"neighbor-down", HookEvent::NeighborDown},
    {"bfd-down", HookEvent::BfdDown},         {"gateway-up", HookEvent::GatewayUp},
    {"gateway-down", HookEvent::GatewayDown}, {"prefix-limit", HookEvent::PrefixLimit},
    {"failover", HookEvent::Failover},        {"configuration", HookEvent::Configuration}};

// Whatever comes after the host may be, or have in it, the token that lets one post there.
constexpr std::string_view kHiddenTarget = "/<hidden>";

struct EventsKind : ListOf<Word<kEventWords>> {
    static std::optional<Value> read(Reader& reader, const Node& value) {
        const auto events = ListOf<Word<kEventWords>>::read(reader, value);
        if (!events) return std::nullopt;
        if (!events->empty()) return events;
        reader.problem(value,
                       "no event (expected a list of " + Word<kEventWords>::expected() + ")");
        return std::nullopt;
    }
};

// A program by its absolute path, and its arguments. There is no shell in between.
struct CommandKind : ListOf<Text<0, 4096>> {
    static constexpr std::string_view kExpected = "[/path/of/a/program, ARGUMENT, …]";

    static std::optional<Value> read(Reader& reader, const Node& value) {
        const auto words = ListOf<Text<0, 4096>>::read(reader, value);
        if (!words) return std::nullopt;
        if (words->empty()) {
            reader.wrong(value, "a command", kExpected);
            return std::nullopt;
        }
        const auto& program = value.is_list() ? value.items.front() : value;
        if (!words->front().starts_with('/')) {
            reader.wrong(program, "an absolute path", kExpected);
            return std::nullopt;
        }
        if (const auto why = reader.surroundings().not_executable(words->front()); !why.empty()) {
            // What is wrong with a program must not keep the router from starting.
            reader.problem(program,
                           "'" + program.text + "' cannot be run: " + why + " (expected a program)",
                           Severity::Warning);
        }
        return words;
    }
};

struct WebhookKind {
    using Value = Webhook;

    static std::optional<Webhook> read(Reader& reader, const Node& value) {
        static constexpr std::string_view kExpected =
            "http://ADDRESS:PORT/PATH with an IP address or localhost: names may not be resolvable "
            "when it matters";
        const auto* text = reader.text(value, kExpected);
        if (!text) return std::nullopt;
        auto webhook = parse_webhook(*text);
        if (webhook && webhook->target != kHiddenTarget) return webhook;
        // What it is must not be said: whoever takes a relay for the real thing has its token here.
        if (webhook)
            reader.wrong_secret(value,
                                "this is what show running-config writes for what may be secret "
                                "(expected the URL itself)");
        else
            reader.wrong_secret(
                value, "not a URL for a webhook (expected " + std::string(kExpected) + ")");
        return std::nullopt;
    }

    static Node write(const Webhook& value) { return Node::scalar(shown_url(value)); }

    static Schema schema() { return Schema::text("^http://"); }
};

constexpr Key<Hook> kHookKeys[] = {
    key<&Hook::on, EventsKind>("on", Effect::Live, true),
    key<&Hook::command, CommandKind>("command"),
    key<&Hook::webhook, WebhookKind>("webhook"),
    key<&Hook::timeout, Duration<milliseconds, 100, 300'000>>("timeout"),
};

struct HookKind {
    using Value = Hook;

    static std::optional<Hook> read(Reader& reader, const Node& value) {
        Hook hook;
        read_keys(reader, value, Keys<Hook>(kHookKeys), hook);
        if (!value.is_map()) return hook;  // which has been said
        const auto* command = value.find("command");
        const auto* webhook = value.find("webhook");
        if (!command && !webhook)
            reader.problem(value, "a hook that does nothing (expected command or webhook)");
        if (command && webhook)
            reader.problem(*webhook,
                           "webhook: there is a command too (expected command or webhook)");
        return hook;
    }

    static Node write(const Hook& value) {
        return write_keys(Keys<Hook>(kHookKeys), value, Hook{});
    }

    static Schema schema() { return schema_of(Keys<Hook>(kHookKeys)); }
};

// "1.2.3.4:80", "[::1]", "localhost:8080"; the port of HTTP where none is named.
std::optional<Endpoint> parse_authority(std::string_view text) {
    Endpoint endpoint;
    endpoint.port = 80;
    const auto colon = text.rfind(':');
    if (colon != text.npos && text.find(']', colon) == text.npos) {
        const auto port = parse_number(text.substr(colon + 1));
        if (!port || *port < 1 || *port > UINT16_MAX) return std::nullopt;
        endpoint.port = static_cast<std::uint16_t>(*port);
        text = text.substr(0, colon);
    }
    const bool bracketed = text.starts_with('[') && text.ends_with(']');
    if (bracketed) text = text.substr(1, text.size() - 2);
    const auto address = net::IpAddress::parse(text == "localhost" ? "127.0.0.1" : text);
    if (!address || address->is_v6() != bracketed) return std::nullopt;
    endpoint.address = *address;
    return endpoint;
}

}  // namespace

std::string_view to_string(HookEvent event) {
    return word_for(std::span<const WordOf<HookEvent>>(kEventWords), event);
}

std::optional<Webhook> parse_webhook(std::string_view url) {
    static constexpr std::string_view kScheme = "http://";
    if (!url.starts_with(kScheme) || url.find_first_of(" #\\\"") != url.npos) return std::nullopt;
    const auto rest = url.substr(kScheme.size());
    const auto slash = std::min(rest.find('/'), rest.size());
    const auto endpoint = parse_authority(rest.substr(0, slash));
    if (!endpoint) return std::nullopt;
    const auto target = rest.substr(slash);
    return Webhook{std::string(url), *endpoint, target.empty() ? "/" : std::string(target)};
}

std::string shown_url(const Webhook& webhook) {
    if (webhook.target == "/") return webhook.url;
    return webhook.url.substr(0, webhook.url.size() - webhook.target.size()) +
           std::string(kHiddenTarget);
}

std::optional<HooksKind::Value> HooksKind::read(Reader& reader, const Node& value) {
    if (!value.is_list() && !value.is_null()) {
        reader.wrong(value, "a list", "- {on: [neighbor-down], command: [/path]}");
        return std::nullopt;
    }
    return ListOf<HookKind>::read(reader, value);
}

Node HooksKind::write(const Value& value) {
    return ListOf<HookKind>::write(value);
}

Schema HooksKind::schema() {
    return Schema::list(HookKind::schema());
}

}  // namespace dx::config
