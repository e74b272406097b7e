using System.Text.Json;
using GrpoMonteCarlo.Updates;

namespace GrpoMonteCarlo.Experiments;

/// <summary>Reads how a policy follows from its rollouts: "tied", "per-arm", or {"kind": "gradient", ...}.</summary>
internal static class UpdateReader
{
    /// <summary>Reads an update; what a gradient update does not say is the preset's, or the default.</summary>
    public static PolicyUpdate Read(JsonInput input, LibraryPreset? preset)
    {
        if (input.Value.ValueKind != JsonValueKind.Object)
        {
            return input.Text() switch
            {
                "tied" => PolicyUpdate.Tied,
                "per-arm" => PolicyUpdate.PerArm,
                var other => throw input.Wrong($"unknown update \"{other}\"; known: tied, per-arm, {{\"kind\": \"gradient\", ...}}"),
            };
        }

        Dictionary<string, JsonInput> members = input.Members("kind", "steps", "learningRate", "clip", "kl", "degenerateKl");
        if (!members.TryGetValue("kind", out JsonInput kind))
        {
            throw input.Wrong("needs \"kind\"");
        }

        if (kind.Text() != "gradient")
        {
            throw kind.Wrong($"must be \"gradient\", is \"{kind.Text()}\"; the exact updates are written \"tied\" and \"per-arm\"");
        }

        GradientSettings settings = preset?.Gradient ?? new GradientSettings();
        foreach ((string name, JsonInput member) in members)
        {
            settings = name switch
            {
                "steps" => settings with { Steps = (int)member.Integer(1, int.MaxValue) },
                "learningRate" => settings with { LearningRate = GridAxis.Number(member, ParameterRules.LearningRate) },
                "clip" => WithClip(settings, member),
                "kl" => settings with { Kl = ReadKl(member) },
                "degenerateKl" => settings with { MaskDegenerateKl = ReadMask(member) },
                _ => settings,
            };
        }

        return PolicyUpdate.FollowGradient(settings);
    }

    // One bound for both sides, [low, high], or null for none.
    private static GradientSettings WithClip(GradientSettings settings, JsonInput input)
    {
        static double Bound(JsonInput bound) =>
            bound.Value.ValueKind == JsonValueKind.Null ? double.PositiveInfinity : GridAxis.Number(bound, ParameterRules.Clip);
        if (input.Value.ValueKind != JsonValueKind.Array)
        {
            return settings with { ClipLow = Bound(input), ClipHigh = Bound(input) };
        }

        JsonInput[] bounds = [.. input.OneOrMany()];
        return bounds.Length == 2
            ? settings with { ClipLow = Bound(bounds[0]), ClipHigh = Bound(bounds[1]) }
            : throw input.Wrong("must be a number, a list of two, [low, high], or null");
    }

    private static KlEstimator ReadKl(JsonInput input) => input.OneOf("KL estimator", Enum.GetValues<KlEstimator>(), ExperimentJson.Name);

    private static bool ReadMask(JsonInput input) => input.Text() switch
    {
        "kept" => false,
        "masked" => true,
        var other => throw input.Wrong($"must be kept or masked, is \"{other}\""),
    };
}
