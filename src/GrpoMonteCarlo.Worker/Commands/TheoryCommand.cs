using System.CommandLine;
using GrpoMonteCarlo.Experiments;
using GrpoMonteCarlo.Theory;
using GrpoMonteCarlo.Updates;

namespace GrpoMonteCarlo.Worker.Commands;

/// <summary>
/// <c>grpomc theory</c>: the closed forms of one setting (theory.md sections 3 and 4), of the population or, with --group-size, of
/// finite groups.
/// </summary>
internal static class TheoryCommand
{
    private const int DefaultIterations = 10;

    public static Command Create()
    {
        Option<double?> pRef = NumericOption.Real("--p-ref", "P", "Success probability of the reference policy, strictly between 0 and 1.", ParameterRules.Probability);
        pRef.Required = true;
        Option<double?> beta = NumericOption.Real("--beta", "B", "KL strength, positive.", ParameterRules.Beta);
        beta.Required = true;
        Option<double?> epsilon = EpsilonOption();
        Option<int?> groupSize = NumericOption.Whole(
            "--group-size",
            "G",
            "Rollouts in a group, 2 to 4096; without it the population, an infinite group.",
            ParameterRules.SmallestGroup,
            ParameterRules.LargestGroup);
        Option<string> advantage = AdvantageOption();
        Option<string> anchor = AnchorOption();
        Option<double?> alpha = AlphaOption();
        Option<double?> start = NumericOption.Real("--start", "P0", "Where the iterates begin; p_ref unless given.", ParameterRules.Probability);
        Option<int?> iterations = NumericOption.Whole("--iterations", "N", $"How many iterates to print; {DefaultIterations} unless given.", 0, 1_000_000);
        var json = new Option<bool>("--json") { Description = "JSON instead of text; numbers round-trip." };

        var command = new ToolCommand(
            "theory",
            "Print the closed forms: iterates, fixed points, where the orbit ends.",
            "grpomc theory --p-ref 0.2 --beta 1 --epsilon 1e-5",
            "grpomc theory --p-ref 0.2 --beta 1 --epsilon 1e-5 --group-size 16 --iterations 20 --json",
            "grpomc theory --p-ref 0.2 --beta 5 --advantage dr-grpo --anchor mixed --alpha 0.5 --start 0.1")
        {
            pRef, beta, epsilon, groupSize, advantage, anchor, alpha, start, iterations, json,
        };
        command.SetAction(parsed =>
        {
            int? g = parsed.GetValue(groupSize);
            AdvantageRule rule = ExperimentReader.ReadAdvantage(parsed.GetRequiredValue(advantage), "--advantage", g);
            Omega omega = OmegaOf(rule, g, parsed.GetValue(epsilon) ?? Grid.DefaultEpsilon);
            KlAnchor held = ReadAnchor(parsed.GetRequiredValue(anchor), parsed.GetValue(alpha));
            var recurrence = new Recurrence(omega, held.Alpha, SuccessProbability.FromP(parsed.GetValue(pRef)!.Value), parsed.GetValue(beta)!.Value);
            var p0 = SuccessProbability.FromP(parsed.GetValue(start) ?? parsed.GetValue(pRef)!.Value);
            var report = new TheoryReport(recurrence, p0, parsed.GetValue(iterations) ?? DefaultIterations);
            if (parsed.GetValue(json))
            {
                using Stream output = Console.OpenStandardOutput();
                report.WriteJson(output);
            }
            else
            {
                report.WriteText(Console.Out);
            }

            return ExitCode.Done;
        });
        return command;
    }

    internal static Option<double?> EpsilonOption() => NumericOption.Real(
        "--epsilon", "E", $"Smoothing of the advantage rule, at least 0; {Grid.DefaultEpsilon} unless given.", ParameterRules.Epsilon);

    internal static Option<string> AdvantageOption() => new("--advantage")
    {
        Description = $"Advantage rule: {string.Join(", ", AdvantageRule.Named.Select(rule => rule.Name))}, or {{\"scale\": [s(0), ..., s(G)]}}.",
        HelpName = "R",
        DefaultValueFactory = _ => AdvantageRule.Named[0].Name,
    };

    internal static Option<string> AnchorOption() => new("--anchor")
    {
        Description = "What the KL holds on to: reference, previous, or mixed (with --alpha).",
        HelpName = "A",
        DefaultValueFactory = _ => KlAnchor.Reference.Name,
    };

    internal static Option<double?> AlphaOption() =>
        NumericOption.Real("--alpha", "X", "Weight of the reference policy under the mixed anchor.", ParameterRules.Probability);

    internal static KlAnchor ReadAnchor(string name, double? alpha) => (name, alpha) switch
    {
        ("mixed", { } weight) => KlAnchor.Mixed(weight),
        ("mixed", null) => throw new BadInputException("--anchor mixed needs --alpha"),
        (_, not null) => throw new BadInputException("--alpha goes with --anchor mixed only"),
        ("previous", _) => KlAnchor.Previous,
        ("reference", _) => KlAnchor.Reference,
        _ => throw new BadInputException($"--anchor: unknown anchor \"{name}\"; known: reference, previous, mixed"),
    };

    private static Omega OmegaOf(AdvantageRule rule, int? groupSize, double epsilon) => groupSize is { } size
        ? rule.ManyGroups(size, epsilon)
        : rule.Population(epsilon) ?? throw new BadInputException("--advantage: a given scale has no population form; say --group-size");
}
