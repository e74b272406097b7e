using System.Text.Json;

namespace GrpoMonteCarlo.Experiments;

/// <summary>Reads prompts: {"count", "beta": [a, b]}, or {"pRef": [...]}.</summary>
internal static class PromptPopulationReader
{
    /// <summary>Reads one population.</summary>
    public static PromptPopulation Read(JsonInput input)
    {
        Dictionary<string, JsonInput> members = input.Members("count", "beta", "pRef");
        bool areGiven = members.TryGetValue("pRef", out JsonInput given);
        bool haveCount = members.TryGetValue("count", out JsonInput number);
        bool haveBeta = members.TryGetValue("beta", out JsonInput beta);
        if (areGiven ? haveCount || haveBeta : !haveCount || !haveBeta)
        {
            throw input.Wrong("needs \"count\" and \"beta\", or \"pRef\" alone");
        }

        if (areGiven)
        {
            return ReadGivenPrompts(given);
        }

        int count = (int)number.Integer(1, PromptPopulation.MostPrompts);
        double[] shapes = beta.Value.ValueKind == JsonValueKind.Array
            ? [.. beta.OneOrMany().Select(element => GridAxis.Number(element, ParameterRules.Shape))]
            : throw beta.Wrong("must be a list, [a, b]");
        return shapes.Length == 2 ? PromptPopulation.Drawn(count, shapes[0], shapes[1]) : throw beta.Wrong("must be a list of two, [a, b]");
    }

    private static PromptPopulation ReadGivenPrompts(JsonInput input)
    {
        int count = input.Value.ValueKind == JsonValueKind.Array ? input.Value.GetArrayLength() : throw input.Wrong("must be a list, one p_ref a prompt");
        return count <= PromptPopulation.MostPrompts
            ? PromptPopulation.Of([.. input.OneOrMany().Select(element => GridAxis.Number(element, ParameterRules.Probability))])
            : throw input.Wrong($"must have at most {PromptPopulation.MostPrompts} prompts, has {count}");
    }
}
