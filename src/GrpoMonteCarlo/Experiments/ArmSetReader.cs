using System.Globalization;
using System.Text.Json;

namespace GrpoMonteCarlo.Experiments;

/// <summary>Reads arms: their number, or {"count", "reference", "success"}.</summary>
internal static class ArmSetReader
{
    /// <summary>Reads one set of arms.</summary>
    public static ArmSet Read(JsonInput input)
    {
        if (input.Value.ValueKind != JsonValueKind.Object)
        {
            return new ArmSet { Count = (int)input.Integer(2, ArmSet.MostArms) };
        }

        Dictionary<string, JsonInput> members = input.Members("count", "reference", "success");
        JsonInput reference = input.Required(members, "reference");
        double[]? given = reference.Value.ValueKind == JsonValueKind.Array ? ReadProbabilities(reference) : null;
        int count = given is null ? (int)input.Required(members, "count").Integer(2, ArmSet.MostArms) : given.Length;
        if (members.TryGetValue("count", out JsonInput said) && said.Integer(2, ArmSet.MostArms) != count)
        {
            throw said.Wrong($"is not the number of probabilities, {count}");
        }

        (ReferenceShape shape, double parameter) = given is null ? ReadShape(reference) : (ReferenceShape.Given, 0);
        int[]? success = null;
        if (members.TryGetValue("success", out JsonInput arms))
        {
            success = [.. (arms.Value.ValueKind == JsonValueKind.Array ? arms.OneOrMany() : throw arms.Wrong("must be a list of arms, by number from 0"))
                .Select(arm => (int)arm.Integer(0, count - 1))
                .Order()];
            if (success.Distinct().Count() < success.Length)
            {
                throw arms.Wrong("an arm stands in the list twice");
            }

            if (success.Length == count)
            {
                throw arms.Wrong("at least one arm has to fail");
            }
        }

        return new ArmSet { Count = count, Shape = shape, Parameter = parameter, Given = given, Success = success };
    }

    private static double[] ReadProbabilities(JsonInput input)
    {
        double[] probabilities = [.. input.OneOrMany().Select(element => GridAxis.Number(element, ParameterRules.ArmProbability))];
        if (probabilities.Length is < 2 or > ArmSet.MostArms)
        {
            throw input.Wrong($"must have from 2 to {ArmSet.MostArms} arms, has {probabilities.Length}");
        }

        double sum = probabilities.Sum();
        return Math.Abs(sum - 1) <= 1e-9
            ? probabilities
            : throw input.Wrong(string.Create(CultureInfo.InvariantCulture, $"must add up to 1, adds up to {sum}"));
    }

    private static (ReferenceShape Shape, double Parameter) ReadShape(JsonInput input)
    {
        if (input.Value.ValueKind == JsonValueKind.Object)
        {
            Dictionary<string, JsonInput> members = input.Members("zipf", "dirichlet");
            return members.Count != 1
                ? throw input.Wrong("needs \"zipf\" or \"dirichlet\", and not both")
                : members.TryGetValue("zipf", out JsonInput exponent)
                    ? (ReferenceShape.Zipf, GridAxis.Number(exponent, ParameterRules.ZipfExponent))
                    : (ReferenceShape.Dirichlet, GridAxis.Number(members["dirichlet"], ParameterRules.Shape));
        }

        return input.Text() switch
        {
            "uniform" => (ReferenceShape.Uniform, 0),
            "zipf" => (ReferenceShape.Zipf, 1),
            var other => throw input.Wrong(
                $"unknown reference \"{other}\"; known: uniform, zipf, {{\"zipf\": exponent}}, {{\"dirichlet\": concentration}}, or a list of probabilities"),
        };
    }
}
