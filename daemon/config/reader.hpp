// Collects what is wrong while tables of keys read a tree into a Config, and holds what some keys
// need to know of others.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/config/config.hpp"
#include "daemon/config/diagnostic.hpp"
#include "daemon/config/load.hpp"
#include "daemon/config/yaml_tree.hpp"

namespace dx::config {

class Reader {
public:
    // `config` is the one being read: what is read earlier (asn, bfd, sets, policies) is there for
    // what is read later.
    Reader(std::string file, const Config& config, const Surroundings& surroundings)
        : file_(std::move(file)), config_(config), surroundings_(surroundings) {}

    const Config& config() const { return config_; }

    const Surroundings& surroundings() const { return surroundings_; }

    const std::string& file() const { return file_; }

    void error(Position at, std::string text) { add(Severity::Error, at, std::move(text)); }

    void warning(Position at, std::string text) { add(Severity::Warning, at, std::move(text)); }

    // "KEY: 'VALUE' is not WHAT (expected …)", or that there is none or one of another form.
    void wrong(const Node& value, std::string_view what, std::string_view expected);
    // The same where the value must not be shown.
    void wrong_secret(const Node& value, std::string_view why);
    // "KEY: problem (…)", the parentheses being part of `problem`.
    void problem(const Node& value, std::string_view problem, Severity severity = Severity::Error);
    // What is to be there once was there in an earlier line.
    void repeated(const Node& value, std::string_view what, int first_line);
    // "KEY: 'NAME' is not a WHAT (expected …; did you mean …?)"
    void unknown_name(const Node& value, std::string_view what,
                      std::span<const std::string_view> names, std::string_view expected);

    // The text of a scalar; else an error and null.
    const std::string* text(const Node& value, std::string_view expected);

    // Whatever else is wrong is said with the innermost key in front.
    class InKey {
    public:
        InKey(Reader& reader, std::string_view key) : reader_(reader) {
            reader_.keys_.push_back(key);
        }

        ~InKey() { reader_.keys_.pop_back(); }

        InKey(const InKey&) = delete;
        InKey& operator=(const InKey&) = delete;

    private:
        Reader& reader_;
    };

    // The innermost key; empty: outside of all.
    std::string_view key() const { return keys_.empty() ? std::string_view() : keys_.back(); }

    // Enough has been said: a file that is wrong all over is not worth the time for more.
    bool full() const { return diagnostics_.size() > kMost; }

    bool has_errors() const;

    Diagnostics take_diagnostics() { return std::move(diagnostics_); }  // in the order of the file

    // Names that rules may use for neighbors, known before the neighbors are read.
    std::map<std::string, net::IpAddress, std::less<>> neighbor_addresses;

private:
    static constexpr std::size_t kMost = 1000;

    void add(Severity severity, Position at, std::string text);

    std::string said_of_key() const;

    std::string file_;
    const Config& config_;
    const Surroundings& surroundings_;
    Diagnostics diagnostics_;
    std::vector<std::string_view> keys_;
};

}  // namespace dx::config
