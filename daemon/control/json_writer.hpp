// JSON written straight into a string, in one pass and in the order of the calls: a million routes
// pass through here, so nothing is built only to be printed. Knows nothing of routes or HTTP.
#pragma once

#include <charconv>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace dx::control {

class JsonWriter {
public:
    explicit JsonWriter(std::string& out) : out_(out) {}

    JsonWriter& begin_object() { return open('{'); }

    JsonWriter& end_object() { return close('}'); }

    JsonWriter& begin_array() { return open('['); }

    JsonWriter& end_array() { return close(']'); }

    JsonWriter& key(std::string_view name);

    // Text that is not UTF-8 (an interface may have any bytes for a name) has each wrong byte
    // replaced by U+FFFD, so that the document stays JSON.
    JsonWriter& value(std::string_view text);

    JsonWriter& value(const char* text) { return value(std::string_view(text)); }

    JsonWriter& value(bool truth);

    template <std::integral T>
        requires(!std::same_as<T, bool>)
    JsonWriter& value(T number) {
        separate();
        char digits[24];
        const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
        out_.append(digits, end);
        return *this;
    }

    JsonWriter& value(double number);  // three places behind the point

    template <class T>
    JsonWriter& member(std::string_view name, const T& of) {
        return key(name).value(of);
    }

private:
    JsonWriter& open(char bracket);
    JsonWriter& close(char bracket);
    void separate();

    std::string& out_;
    bool first_ = true;  // nothing stands yet before the next element of the innermost bracket
};

}  // namespace dx::control
