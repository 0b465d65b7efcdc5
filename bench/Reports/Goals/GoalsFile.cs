using System.Text.Json.Nodes;

namespace Basalt.Bench.Reports.Goals;

/// <summary><c>goals.json</c>: for each goal the condition that decides, and all of them in <c>criteria</c>.</summary>
internal static class GoalsFile
{
    public static string Format(IEnumerable<Goal> goals) =>
        new JsonArray([.. goals.Select(Describe)]).ToJsonString(JsonFormat.Indented) + "\n";

    private static JsonNode Describe(Goal goal)
    {
        JsonObject entry = Describe(goal.Name, goal.Deciding);
        entry["met"] = goal.IsMet;
        entry["criteria"] = new JsonArray([.. goal.Criteria.Select(criterion => (JsonNode)Describe(criterion.Name, criterion))]);
        return entry;
    }

    private static JsonObject Describe(string name, Criterion criterion) => new()
    {
        ["name"] = name,
        ["unit"] = criterion.Unit,
        ["goal"] = Number(criterion.Goal),
        ["value"] = Number(criterion.Value),
        ["peer"] = Number(criterion.Peer),
        ["met"] = criterion.IsMet,
    };

    private static JsonValue? Number(double value) => double.IsFinite(value) ? JsonValue.Create(Math.Round(value, 4)) : null;
}
