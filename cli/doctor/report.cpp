#include "cli/doctor/report.hpp"

#include <array>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

namespace dx::doctor {
namespace {

// By Result: for programs, and as it stands in a line.
struct Word {
    std::string_view word;
    std::string_view mark;
};

constexpr std::array kWords{
    Word{"ok", "ok"},           Word{"warning", "warning"}, Word{"failed", "failed !!"},
    Word{"unknown", "unknown"}, Word{"skipped", "-"},
};

const Word& word_of(Result result) {
    return kWords[static_cast<std::size_t>(result)];
}

}  // namespace

std::string as_text(const Diagnosis& diagnosis) {
    std::string out;
    const std::string* group = nullptr;
    for (const auto& [check, neighbor, finding] : diagnosis.entries) {
        if (!group || *group != neighbor)
            out += fmt::format("{}{}\n", group ? "\n" : "",
                               neighbor.empty() ? "this host" : "neighbor " + neighbor);
        group = &neighbor;
        out += fmt::format("  {:<14} {:<10} {}\n", check, word_of(finding.result).mark,
                           finding.detail);
        if (!finding.advice.empty())
            out += fmt::format("  {:<14} {:<10} {}\n", "", "->", finding.advice);
    }
    return out + '\n' + diagnosis.conclusion + '\n';
}

std::string as_json(const Diagnosis& diagnosis) {
    namespace json = boost::json;
    json::array checks;
    for (const auto& [check, neighbor, finding] : diagnosis.entries) {
        json::object entry;
        if (!neighbor.empty()) entry["neighbor"] = neighbor;
        entry["check"] = check;
        entry["result"] = word_of(finding.result).word;
        entry["detail"] = finding.detail;
        if (!finding.advice.empty()) entry["advice"] = finding.advice;
        checks.push_back(std::move(entry));
    }
    const json::object whole{{"schema", 1},
                             {"checks", std::move(checks)},
                             {"failures", diagnosis.failures},
                             {"conclusion", diagnosis.conclusion}};
    return json::serialize(whole) + '\n';
}

}  // namespace dx::doctor
