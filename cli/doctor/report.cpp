#include "cli/doctor/report.hpp"

#include <array>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include "cli/text_width.hpp"

namespace dx::doctor {
namespace {

// By Result: for programs, and as it stands in a line.
struct Word {
    std::string_view word;
    std::string_view mark;
    cli::Tone tone = cli::Tone::Plain;
};

constexpr std::array kWords{
    Word{"ok", "ok", cli::Tone::Good},
    Word{"warning", "warning", cli::Tone::Warning},
    Word{"failed", "failed !!", cli::Tone::Bad},
    Word{"unknown", "unknown"},
    Word{"skipped", "-"},
};

const Word& word_of(Result result) {
    return kWords[static_cast<std::size_t>(result)];
}

}  // namespace

void write_text(const Diagnosis& diagnosis, cli::Output& out) {
    constexpr std::size_t kDetailColumn = 28;
    const auto width = out.style().width;
    const auto line = [&](std::string_view check, const std::string& mark, std::string_view text) {
        out.print("  {:<14} {} {}\n", check, mark, cli::wrapped(text, width, kDetailColumn));
    };
    const std::string* group = nullptr;
    for (const auto& [check, neighbor, finding] : diagnosis.entries) {
        if (!group || *group != neighbor)
            out.print("{}{}\n", group ? "\n" : "",
                      neighbor.empty() ? "this host" : "neighbor " + neighbor);
        group = &neighbor;
        const auto& word = word_of(finding.result);
        line(check, out.toned(fmt::format("{:<10}", word.mark), word.tone), finding.detail);
        if (!finding.advice.empty()) line("", fmt::format("{:<10}", "->"), finding.advice);
    }
    out.print("\n{}\n", cli::wrapped(diagnosis.conclusion, width, 0));
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
