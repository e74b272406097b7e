using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using GrpoMonteCarlo.Experiments;
using GrpoMonteCarlo.Updates;

namespace GrpoMonteCarlo.Worker.Commands;

/// <summary>
/// <c>grpomc plan</c>: which group size, how many groups an update and how many replicates a tolerance needs, how to split a budget, or a
/// table over p_ref (<see cref="GroupSizing"/>).
/// </summary>
internal static class PlanCommand
{
    private const string Exact = "importance";
    private const string Gradient = "gradient";

    // Enough for a sensible question, and few enough to be answered while one waits.
    private const int MostPrompts = 10_000;
    private const int MostSteps = 1000;

    private static readonly KlEstimator[] Kls = Enum.GetValues<KlEstimator>();

    public static Command Create()
    {
        Option<double?> pRef = NumericOption.Real(
            "--p-ref", "P", "Success probability of the reference policy, strictly between 0 and 1; the start as well.", ParameterRules.Probability);
        Option<double?> beta = NumericOption.Real("--beta", "B", "KL strength, positive.", ParameterRules.BetaOrZero);
        beta.Required = true;
        var promptsBeta = new Option<(double A, double B)?>("--prompts-beta")
        {
            Description = "Many prompts in place of --p-ref, each started at its own p_ref, drawn from Beta(A, B) as an experiment of seed "
                + $"{SizingCheck.Seed} draws them. The answer is of the mean success probability over prompts, all of which an update takes.",
            HelpName = "A,B",
            CustomParser = ReadShapes,
        };
        Option<int?> prompts = NumericOption.Whole("--prompts", "P", "How many prompts --prompts-beta has.", 2, MostPrompts);
        Option<double?> epsilon = TheoryCommand.EpsilonOption();
        Option<string> advantage = TheoryCommand.AdvantageOption();
        Option<string> anchor = TheoryCommand.AnchorOption();
        Option<double?> alpha = TheoryCommand.AlphaOption();
        Option<double?> tolerance = NumericOption.Real(
            "--tolerance",
            "T",
            "How far the mean of p may end from the paper's fixed point: 4/5 of T for the bias of G, 1/10 for the shift by noise, 1/10 for the "
                + "standard error over replicates. The standard deviation of p in a single run may be T.",
            ParameterRules.Probability);
        Option<int?> budget = NumericOption.Whole(
            "--budget", "N", "Rollouts an update (of one prompt), to be split into G x M with the least bias^2 + variance of p; in place of --tolerance.", 2, int.MaxValue);
        var update = new Option<string>("--update")
        {
            Description = $"{Exact}, the exact maximiser of the importance-weighted objective, or {Gradient}, steps on softmax logits.",
            HelpName = "U",
            DefaultValueFactory = _ => Exact,
        };
        var kl = new Option<string?>("--kl")
        {
            Description = "The KL's estimator of --update gradient, whose fixed point is the one meant: exact, k2, k3 (unless given) or k3-corrected.",
            HelpName = "K",
        };
        Option<double?> learningRate = NumericOption.Real(
            "--learning-rate", "ETA", $"Step size of --update gradient, in logits; {new GradientSettings().LearningRate} unless given.", ParameterRules.LearningRate);
        Option<int?> steps = NumericOption.Whole(
            "--steps", "MU", "Ascent steps of --update gradient on the same rollouts, without clipping; 1 unless given.", 1, MostSteps);
        var table = new Option<bool>("--table") { Description = "A table over p_ref from 0.01 to 0.9, for the given tolerance." };
        var csv = new Option<bool>("--csv") { Description = "The table as comma-separated values." };
        var json = new Option<bool>("--json") { Description = "JSON instead of text; numbers round-trip." };
        var verify = new Option<bool>("--verify") { Description = "Simulate the answer, with a fixed seed, and print measured beside predicted; 3 if it does not hold." };

        var command = new ToolCommand(
            "plan",
            "Say which group size, groups an update and replicates a tolerance needs, or how to split a budget of rollouts.",
            "grpomc plan --p-ref 0.3 --beta 2 --tolerance 0.01",
            "grpomc plan --p-ref 0.3 --beta 2 --tolerance 0.01 --update gradient --kl k2 --verify",
            "grpomc plan --p-ref 0.3 --beta 2 --tolerance 0.01 --update gradient --steps 4",
            "grpomc plan --prompts-beta 2,5 --prompts 200 --beta 5 --tolerance 0.01",
            "grpomc plan --p-ref 0.05 --beta 5 --budget 1024 --advantage dr-grpo --json",
            "grpomc plan --beta 5 --tolerance 0.01 --table --csv > table.csv")
        {
            pRef, promptsBeta, prompts, beta, epsilon, advantage, anchor, alpha, tolerance, budget, update, kl, learningRate, steps, table, csv, json,
            verify,
        };
        command.SetAction(parsed =>
        {
            double? within = parsed.GetValue(tolerance);
            int? rollouts = parsed.GetValue(budget);
            bool ofMany = parsed.GetValue(table);
            double? reference = parsed.GetValue(pRef);
            PromptPopulation? many = PromptsOf(parsed.GetValue(promptsBeta), parsed.GetValue(prompts), reference);
            CheckForm(reference is not null || many is not null, within, rollouts, ofMany, parsed.GetValue(csv), parsed.GetValue(json) || parsed.GetValue(verify));
            var setting = new SizingSetting
            {
                PRef = reference ?? PlanTable.References[0],
                Prompts = many,
                Beta = parsed.GetValue(beta)!.Value,
                Epsilon = parsed.GetValue(epsilon) ?? Grid.DefaultEpsilon,
                Advantage = ExperimentReader.ReadAdvantage(parsed.GetRequiredValue(advantage), "--advantage", null),
                Anchor = TheoryCommand.ReadAnchor(parsed.GetRequiredValue(anchor), parsed.GetValue(alpha)),
                Update = ReadUpdate(parsed.GetRequiredValue(update), parsed.GetValue(kl), parsed.GetValue(learningRate), parsed.GetValue(steps)),
            };
            if (ofMany)
            {
                var rows = new PlanTable(setting, within!.Value);
                if (parsed.GetValue(csv))
                {
                    rows.WriteCsv(Console.Out);
                }
                else
                {
                    rows.WriteText(Console.Out);
                }

                return ExitCode.Done;
            }

            return Answer(setting, within, rollouts, parsed.GetValue(json), parsed.GetValue(verify));
        });
        return command;
    }

    private static int Answer(SizingSetting setting, double? tolerance, int? budget, bool json, bool verify)
    {
        PlanReport report;
        try
        {
            var sizing = new GroupSizing(setting);
            Sizing answer = tolerance is { } t ? sizing.Within(t) : sizing.OfBudget(budget!.Value);
            report = new PlanReport(sizing, answer, budget, verify ? SizingCheck.Of(sizing, answer) : null);
        }
        catch (ExperimentException refused)
        {
            throw new BadInputException($"--{refused.Message}");
        }

        if (json)
        {
            using Stream output = Console.OpenStandardOutput();
            report.WriteJson(output);
        }
        else
        {
            report.WriteText(Console.Out);
        }

        return report.Holds ? ExitCode.Done : ExitCode.CheckFailed;
    }

    private static void CheckForm(bool saysPRef, double? tolerance, int? budget, bool table, bool csv, bool ofOne)
    {
        if (tolerance is null == budget is null)
        {
            throw new BadInputException(budget is null ? "--tolerance or --budget is needed" : "--tolerance and --budget do not go together");
        }

        if (csv && !table)
        {
            throw new BadInputException("--csv goes with --table");
        }

        if (!table)
        {
            if (!saysPRef)
            {
                throw new BadInputException("--p-ref is needed, or --prompts-beta, or --table");
            }
        }
        else if (saysPRef || budget is not null || ofOne)
        {
            throw new BadInputException("--table goes with --tolerance, and not with --p-ref, --prompts-beta, --json or --verify");
        }
    }

    private static PromptPopulation? PromptsOf((double A, double B)? shapes, int? count, double? pRef)
    {
        if (shapes is null && count is null)
        {
            return null;
        }

        return pRef is not null ? throw new BadInputException("--p-ref and --prompts-beta do not go together: the prompts have their own")
            : shapes is { } beta && count is { } prompts ? PromptPopulation.Drawn(prompts, beta.A, beta.B)
            : throw new BadInputException(shapes is null ? "--prompts needs --prompts-beta" : "--prompts-beta needs --prompts");
    }

    private static (double A, double B)? ReadShapes(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        string[] parts = text.Split(',');
        var shapes = new double[2];
        string? wrong = parts.Length == 2 ? null : "must be two numbers, A,B";
        for (int i = 0; i < 2 && wrong is null; i++)
        {
            wrong = double.TryParse(parts[i], NumberStyles.Float, CultureInfo.InvariantCulture, out shapes[i])
                ? ParameterRules.Shape(shapes[i])
                : "must be two numbers, A,B";
        }

        if (wrong is null)
        {
            return (shapes[0], shapes[1]);
        }

        result.AddError($"--prompts-beta: {wrong}, is {text}");
        return null;
    }

    private static PolicyUpdate ReadUpdate(string update, string? kl, double? learningRate, int? steps)
    {
        if (update is Exact or "tied") // the word of experiment files as well
        {
            return kl is null && learningRate is null && steps is null
                ? PolicyUpdate.Tied
                : throw new BadInputException($"{(kl is not null ? "--kl" : steps is not null ? "--steps" : "--learning-rate")} goes with --update {Gradient} only");
        }

        if (update != Gradient)
        {
            throw new BadInputException($"--update: unknown update \"{update}\"; known: {Exact}, {Gradient}");
        }

        var settings = new GradientSettings();
        string name = kl ?? ExperimentJson.Name(settings.Kl);
        int at = Array.FindIndex(Kls, known => ExperimentJson.Name(known) == name);
        return at >= 0
            ? PolicyUpdate.FollowGradient(settings with { Kl = Kls[at], LearningRate = learningRate ?? settings.LearningRate, Steps = steps ?? settings.Steps })
            : throw new BadInputException($"--kl: unknown estimator \"{name}\"; known: {string.Join(", ", Kls.Select(ExperimentJson.Name))}");
    }
}
