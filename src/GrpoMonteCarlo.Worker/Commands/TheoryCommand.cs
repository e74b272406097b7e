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
    public static Command Create()
    {
        Option<double> pRef = Number("--p-ref", "Success probability of the reference policy, strictly between 0 and 1.", "P", ParameterRules.Probability);
        pRef.Required = true;
        Option<double> beta = Number("--beta", "KL strength, positive.", "B", ParameterRules.Beta);
        beta.Required = true;
        Option<double> epsilon = Number("--epsilon", "Smoothing of the advantage rule, at least 0.", "E", ParameterRules.Epsilon);
        epsilon.DefaultValueFactory = _ => Grid.DefaultEpsilon;
        var groupSize = new Option<int?>("--group-size")
        {
            Description = "Rollouts in a group, 2 to 4096; without it the population, an infinite group.",
            HelpName = "G",
        };
        groupSize.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is < ParameterRules.SmallestGroup or > ParameterRules.LargestGroup)
            {
                result.AddError($"--group-size: must be from {ParameterRules.SmallestGroup} to {ParameterRules.LargestGroup}");
            }
        });
        var advantage = new Option<string>("--advantage")
        {
            Description = $"Advantage rule: {string.Join(", ", AdvantageRule.Named.Select(rule => rule.Name))}, or {{\"scale\": [s(0), ..., s(G)]}}.",
            HelpName = "R",
            DefaultValueFactory = _ => AdvantageRule.Named[0].Name,
        };
        var anchor = new Option<string>("--anchor")
        {
            Description = "What the KL holds on to: reference, previous, or mixed (with --alpha).",
            HelpName = "A",
            DefaultValueFactory = _ => KlAnchor.Reference.Name,
        };
        anchor.AcceptOnlyFromAmong("reference", "previous", "mixed");
        Option<double?> alpha = OptionalNumber("--alpha", "Weight of the reference policy under the mixed anchor.", "X", ParameterRules.Probability);
        Option<double?> start = OptionalNumber("--start", "Where the iterates begin; p_ref unless given.", "P0", ParameterRules.Probability);
        var iterations = new Option<int>("--iterations") { Description = "How many iterates to print.", HelpName = "N", DefaultValueFactory = _ => 10 };
        iterations.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 0 or > 1_000_000)
            {
                result.AddError("--iterations: must be from 0 to 1000000");
            }
        });
        var json = new Option<bool>("--json") { Description = "JSON instead of text; numbers round-trip." };

        var command = new Command("theory", "Print the closed forms: iterates, fixed points, where the orbit ends.")
        {
            pRef, beta, epsilon, groupSize, advantage, anchor, alpha, start, iterations, json,
        };
        command.SetAction(parsed =>
        {
            int? g = parsed.GetValue(groupSize);
            AdvantageRule rule = ExperimentReader.ReadAdvantage(parsed.GetRequiredValue(advantage), "--advantage", g);
            Omega omega = OmegaOf(rule, g, parsed.GetValue(epsilon));
            KlAnchor held = ReadAnchor(parsed.GetRequiredValue(anchor), parsed.GetValue(alpha));
            var recurrence = new Recurrence(omega, held.Alpha, SuccessProbability.FromP(parsed.GetValue(pRef)), parsed.GetValue(beta));
            var p0 = SuccessProbability.FromP(parsed.GetValue(start) ?? parsed.GetValue(pRef));
            var report = new TheoryReport(recurrence, p0, parsed.GetValue(iterations));
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

    private static Option<double> Number(string name, string description, string helpName, Func<double, string?> complaint)
    {
        var option = new Option<double>(name) { Description = description, HelpName = helpName };
        option.Validators.Add(result =>
        {
            if (complaint(result.GetValueOrDefault<double>()) is { } wrong)
            {
                result.AddError($"{name}: {wrong}");
            }
        });
        return option;
    }

    private static Option<double?> OptionalNumber(string name, string description, string helpName, Func<double, string?> complaint)
    {
        var option = new Option<double?>(name) { Description = description, HelpName = helpName };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double?>() is { } value && complaint(value) is { } wrong)
            {
                result.AddError($"{name}: {wrong}");
            }
        });
        return option;
    }

    private static Omega OmegaOf(AdvantageRule rule, int? groupSize, double epsilon) => groupSize is { } size
        ? rule.FiniteGroup(size, epsilon)
        : rule.Population(epsilon) ?? throw new BadInputException("--advantage: a given scale has no population form; say --group-size");

    private static KlAnchor ReadAnchor(string name, double? alpha) => (name, alpha) switch
    {
        ("mixed", { } weight) => KlAnchor.Mixed(weight),
        ("mixed", null) => throw new BadInputException("--anchor mixed needs --alpha"),
        (_, not null) => throw new BadInputException("--alpha goes with --anchor mixed only"),
        ("previous", _) => KlAnchor.Previous,
        _ => KlAnchor.Reference,
    };
}
