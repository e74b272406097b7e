using System.Text.Json;
using GrpoMonteCarlo.Updates;

namespace GrpoMonteCarlo.Experiments;

/// <summary>Reads an advantage rule: its name, or {"scale": [s(0), ..., s(G)]}.</summary>
internal static class AdvantageReader
{
    /// <summary>Reads a rule; a given scale has to fit every group size.</summary>
    public static AdvantageRule Read(JsonInput input, IReadOnlyList<int> groupSizes)
    {
        if (input.Value.ValueKind != JsonValueKind.Object)
        {
            string name = input.Text();
            return AdvantageRule.Named.FirstOrDefault(rule => rule.Name == name)
                ?? throw input.Wrong($"unknown advantage \"{name}\"; known: {string.Join(", ", AdvantageRule.Named.Select(rule => rule.Name))}, {{\"scale\": [s(0), ..., s(G)]}}");
        }

        if (!input.Members("scale").TryGetValue("scale", out JsonInput scale))
        {
            throw input.Wrong("needs \"scale\"");
        }

        if (scale.Value.ValueKind != JsonValueKind.Array)
        {
            throw scale.Wrong("must be a list, s(0), ..., s(G)");
        }

        double[] table = [.. scale.OneOrMany().Select(element => element.Number())];
        foreach (int groupSize in groupSizes)
        {
            if (table.Length != groupSize + 1)
            {
                throw scale.Wrong($"has {table.Length} values; a group of {groupSize} needs {groupSize + 1}, s(0) to s({groupSize})");
            }
        }

        try
        {
            return AdvantageRule.FromScale(table);
        }
        catch (ArgumentException wrong)
        {
            throw scale.Wrong(ExperimentException.FirstSentence(wrong.Message));
        }
    }
}
