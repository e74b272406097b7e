using System.Globalization;
using System.Text.Json;
using GrpoMonteCarlo.Experiments;
using GrpoMonteCarlo.Theory;
using GrpoMonteCarlo.Updates;
using GrpoMonteCarlo.Worker.Terminal;
using PromptPopulation = GrpoMonteCarlo.Experiments.PromptPopulation;

namespace GrpoMonteCarlo.Worker.Commands;

/// <summary>An answer of <c>grpomc plan</c> with the numbers to check it by, as text for people or as JSON whose numbers round-trip.</summary>
internal sealed class PlanReport(GroupSizing sizing, Sizing answer, int? budget, SizingCheck? check)
{
    private readonly SizedGroup _group = answer.Group;
    private readonly PromptPopulation? _prompts = sizing.Setting.Prompts;
    private readonly GradientSettings? _gradient = sizing.Setting.Update.Gradient;

    /// <summary>False if a simulation says otherwise.</summary>
    public bool Holds => check?.Holds != false;

    // What is said of one prompt: of the one there is, or of many the one with the largest bias.
    private SizedPrompt Prompt => _group.Worst;

    private double? StandardError => _group.Spread / Math.Sqrt(answer.Replicates ?? double.NaN) is var error && double.IsFinite(error) ? error : null;

    private string Start => _prompts is null
        ? Invariant($"started at p_ref {sizing.Setting.PRef}")
        : Invariant($"of {_prompts.Count:N0} prompts each started at its own p_ref and all in every update; drawn from ")
            + Invariant($"Beta({_prompts.Beta!.Value.A}, {_prompts.Beta.Value.B}) as an experiment of seed {SizingCheck.Seed} draws them");

    private string HoldsFor => _gradient switch
    {
        null => $"the exact maximiser (--update importance), success or failure alone, anchor {sizing.Setting.Anchor.Name}, {Start}",
        { Steps: 1 } => Invariant($"one on-policy gradient step of {_gradient.LearningRate} an update on two softmax logits, KL {ExperimentJson.Name(_gradient.Kl)}, {Start}"),
        _ => Invariant($"{_gradient.Steps} gradient steps of {_gradient.LearningRate} an update on the same rollouts, not clipped, on two softmax logits, ")
            + $"KL {ExperimentJson.Name(_gradient.Kl)}, {Start}",
    };

    private IEnumerable<string> Formulas => (_gradient is null
        ?
        [
            "fixed points: L* = L_ref + Omega(p*)/(alpha beta), docs/theory.md section 3; of groups of G with Omega_G, section 4",
            "noise (section 6): V = Var(phi(K)) / (M p^2 (1-p)^2 beta^2) / (1 - f'^2), sd of p = p(1-p) sqrt(V), f' = (1-alpha) + p(1-p) Omega_G'(p)/beta",
            ShiftOfMean,
        ]
        : new[]
        {
            _gradient.Kl == KlEstimator.K3
                ? "fixed points: p - p_ref = p(1-p) Omega(p)/beta, docs/theory.md section 5 (k3); of groups of G with Omega_G, section 4"
                : "fixed points: L* = L_ref + Omega(p*)/beta, docs/theory.md section 5; of groups of G with Omega_G, section 4",
        }.Concat(_gradient.Steps == 1 ? OneStep : InnerSteps)).Concat(_prompts is null ? [] : ManyPrompts);

    private const string ShiftOfMean = "shift of the mean (section 6): delta = (f'' V/2) / (1 - f') of the logit, p' delta + p'' V/2 of p";

    private static readonly string[] OneStep =
    [
        "noise (section 6 for f = L + 2 eta F): V = 4 eta^2 Var(X(K)) / M / (1 - f'^2), X = phi(K) - beta ((1-p) c_S K/G - p c_F (1-K/G)), "
            + "c the penalty's gradient (0 for the exact KL)",
        ShiftOfMean,
    ];

    private static readonly string[] InnerSteps =
    [
        "mu steps on the same rollouts (section 5): L += 2 eta (a v/v_0 - beta ((1-p) b_S - p b_F)), a the mean of phi(K) and x the share of successes, "
            + "v_0 and x of the old policy; where the first is 0 on average so are all, so that mu does not move the fixed points",
        "noise (section 6 for f = mu steps, differentiated exactly): V = (f_a^2 Var a + 2 f_a f_x Cov(a, x) + f_x^2 Var x) / (1 - f'^2), proportional to 1/M",
        "shift of the mean: delta = (f'' V/2 + c) / (1 - f') of the logit, c = (f_aa Var a + 2 f_ax Cov(a, x) + f_xx Var x)/2, p' delta + p'' V/2 of p",
    ];

    private static readonly string[] ManyPrompts =
    [
        "many prompts: bias and shift are means over prompts; their rollouts are independent, so the variance of the mean is the sum of theirs / P^2",
    ];

    public void WriteText(TextWriter output)
    {
        string replicates = answer.Replicates is { } count ? $", {count:N0} replicates" : "";
        output.Write(string.Create(CultureInfo.InvariantCulture, $"G {_group.GroupSize}, M {_group.Groups}: "));
        string each = _prompts is null ? "" : Invariant($" of each of {_prompts.Count:N0} prompts");
        output.Write(Invariant($"{(double)_group.Groups * _group.GroupSize:N0} rollouts an update{each}, {answer.Iterations:N0} updates{replicates}\n"));
        output.Write(Invariant($"{Purpose()}\n"));
        if (answer.OutOfRange is { } better)
        {
            output.Write(Invariant($"G {better.GroupSize}, M {better.Groups:N0} looks better, sqrt(bias^2 + variance) {Text(better.Error)}, but is outside the formulas' range: "));
            output.Write(Invariant($"the logit fluctuates too much there or on the way, its sd at the end being {Text(better.LogitSpread)}\n"));
        }

        output.Write('\n');
        var points = new TextTable(["", "p*", "1-p*", "logit", "f'", "f''"]);
        points.Add(["population", .. Point(sizing.Limit), Text(sizing.Derivative), ""]);
        points.Add([Invariant($"groups of {_group.GroupSize}"), .. Point(_group.P), .. _prompts is null ? Slopes(Prompt) : ["", ""]]);
        if (_prompts is not null)
        {
            points.Add([Invariant($"largest bias, p_ref {Text(Prompt.Reference.P)}: population"), .. Point(Prompt.Limit), "", ""]);
            points.Add([Invariant($"groups of {_group.GroupSize}"), .. Point(Prompt.Fluctuations.P), .. Slopes(Prompt)]);
        }

        points.Write(output);

        output.Write('\n');
        double? t = answer.Tolerance;
        var errors = new TextTable(["predicted", "value", "at most"]);
        errors.Add("bias p*_G - p*", Text(_group.Bias), Text(Sizing.BiasShare * t));
        if (_prompts is not null)
        {
            errors.Add(Invariant($"largest bias, p_ref {Text(Prompt.Reference.P)}"), Text(Prompt.Bias), "");
        }

        errors.Add("shift of the mean of p", Text(_group.Shift), Text(Sizing.ShiftShare * t));
        errors.Add("standard error of the mean", Text(StandardError), Text(Sizing.ErrorShare * t));
        errors.Add("sd of p", Text(_group.Spread), Text(t));
        errors.Add(_prompts is null ? "sd of the logit" : "largest sd of a prompt's logit", Text(_group.LogitSpread), Text(Sizing.LargestLogitSpread));
        if (_group.ShareLogitSpread > 0)
        {
            errors.Add("sd of the share of successes, in logits", Text(_group.ShareLogitSpread), Text(Sizing.LargestLogitSpread));
        }

        errors.Add("sqrt(bias^2 + variance)", Text(_group.Error), "");
        errors.Write(output);

        output.Write('\n');
        foreach (string formula in Formulas)
        {
            output.Write($"{formula}\n");
        }

        output.Write($"holds for {HoldsFor}\n");
        if (check is not null)
        {
            WriteCheck(output, check);
        }
    }

    public void WriteJson(Stream output)
    {
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteStartObject("setting");
            SizingSetting setting = sizing.Setting;
            if (_prompts is null)
            {
                json.WriteNumber("pRef", setting.PRef);
            }
            else
            {
                json.WriteStartObject("prompts");
                json.WriteNumber("count", _prompts.Count);
                json.WriteStartArray("beta");
                json.WriteNumberValue(_prompts.Beta!.Value.A);
                json.WriteNumberValue(_prompts.Beta.Value.B);
                json.WriteEndArray();
                json.WriteNumber("seed", SizingCheck.Seed);
                json.WriteNumber("meanPRef", sizing.Reference.P);
                json.WriteEndObject();
            }

            json.WriteNumber("beta", setting.Beta);
            json.WriteNumber("epsilon", setting.Epsilon);
            json.WriteString("advantage", setting.Advantage.Name);
            json.WriteString("anchor", setting.Anchor.Name);
            json.WriteNumber("alpha", setting.Anchor.Alpha);
            json.WriteString("update", _gradient is null ? "importance" : "gradient");
            json.WriteString("kl", _gradient is null ? null : ExperimentJson.Name(_gradient.Kl));
            json.WriteFinite("learningRate", _gradient?.LearningRate);
            json.WriteFinite("steps", _gradient?.Steps);
            json.WriteFinite("tolerance", answer.Tolerance);
            json.WriteFinite("budget", budget);
            json.WriteEndObject();

            json.WriteStartObject("answer");
            json.WriteNumber("groupSize", _group.GroupSize);
            json.WriteNumber("groups", _group.Groups);
            json.WriteString("groupsSetBy", NameOf(answer.Bound));
            json.WriteNumber("iterations", answer.Iterations);
            json.WriteFinite("replicates", answer.Replicates);
            if (answer.OutOfRange is { } better)
            {
                json.WriteStartObject("betterOutOfRange");
                json.WriteNumber("groupSize", better.GroupSize);
                json.WriteNumber("groups", better.Groups);
                json.WriteFinite("error", better.Error);
                json.WriteFinite("logitSd", better.LogitSpread);
                json.WriteEndObject();
            }

            json.WriteEndObject();

            json.WriteStartObject("population");
            json.WritePoint(sizing.Limit);
            json.WriteFinite("derivative", sizing.Derivative);
            json.WriteEndObject();
            json.WriteStartObject("finiteGroup");
            json.WritePoint(_group.P);
            json.WriteFinite("derivative", _prompts is null ? Prompt.Fluctuations.Derivative : null);
            json.WriteFinite("secondDerivative", _prompts is null ? Prompt.Fluctuations.Curvature : null);
            json.WriteEndObject();
            if (_prompts is not null)
            {
                json.WriteStartObject("largestBias");
                json.WriteNumber("pRef", Prompt.Reference.P);
                json.WriteNumber("bias", Prompt.Bias);
                json.WriteNumber("population", Prompt.Limit.P);
                json.WriteNumber("finiteGroup", Prompt.Fluctuations.P.P);
                json.WriteFinite("derivative", Prompt.Fluctuations.Derivative);
                json.WriteFinite("secondDerivative", Prompt.Fluctuations.Curvature);
                json.WriteFinite("logitSd", Math.Sqrt(Prompt.Fluctuations.LogitVariance));
                json.WriteEndObject();
            }

            json.WriteStartObject("predicted");
            json.WriteFinite("bias", _group.Bias);
            json.WriteFinite("shift", _group.Shift);
            json.WriteFinite("standardError", StandardError);
            json.WriteFinite("sd", _group.Spread);
            json.WriteFinite("logitSd", _group.LogitSpread);
            json.WriteFinite("shareLogitSd", _group.ShareLogitSpread);
            json.WriteFinite("error", _group.Error);
            json.WriteEndObject();

            json.WriteStartArray("formulas");
            foreach (string formula in Formulas)
            {
                json.WriteStringValue(formula);
            }

            json.WriteEndArray();
            json.WriteString("holdsFor", HoldsFor);
            if (check is not null)
            {
                json.WriteStartObject("verified");
                json.WriteNumber("seed", SizingCheck.Seed);
                json.WriteNumber("replicates", check.Replicates);
                json.WriteNumber("iterations", check.Iterations);
                json.WriteNumber("mean", check.Mean);
                json.WriteNumber("standardError", check.StandardError);
                json.WriteNumber("predictedMean", check.PredictedMean);
                json.WriteNumber("deviation", check.Deviation);
                json.WriteNumber("sd", check.Spread);
                json.WriteNumber("predictedSd", check.PredictedSpread);
                json.WriteBoolean("holds", check.Holds);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        output.Write("\n"u8);
    }

    private static void WriteCheck(TextWriter output, SizingCheck check)
    {
        output.Write(Invariant($"\nsimulated: {check.Replicates:N0} replicates of {check.Iterations:N0} updates, seed {SizingCheck.Seed}\n"));
        var table = new TextTable(["", "measured", "predicted"]);
        table.Add("mean of p", Text(check.Mean), Text(check.PredictedMean));
        table.Add("its standard error", Text(check.StandardError), Text(check.PredictedSpread / Math.Sqrt(check.Replicates)));
        table.Add("mean - population", Text(check.Deviation), Text(check.PredictedMean - (check.Mean - check.Deviation)));
        table.Add("sd of p", Text(check.Spread), Text(check.PredictedSpread));
        table.Write(output);
        output.Write(check.Holds ? "it holds\n"
            : !check.MeanAgrees ? "it does NOT hold: the mean is not the predicted one\n"
            : !check.SpreadAgrees ? "it does NOT hold: the standard deviation is not the predicted one\n"
            : "it does NOT hold: not within the tolerance\n");
    }

    private string Purpose() => answer.Tolerance is { } tolerance
        ? Invariant($"the mean of p ends within {tolerance} of the population's fixed point; M is set by {NameOf(answer.Bound)}{Binding}")
        : Invariant($"the split of {budget:N0} rollouts with the least bias^2 + variance of p{(answer.OutOfRange is null ? "" : " within the formulas' range")}");

    private string Binding => answer.BindingPrompt is { } prompt ? Invariant($" at p_ref {Text(prompt.Reference.P)}") : "";

    private static string NameOf(SizingBound bound) => bound switch
    {
        SizingBound.Spread => "the sd of p",
        SizingBound.Shift => "the shift of the mean",
        SizingBound.Range => "the range of the formulas, in the sd of the logit",
        _ => "the budget",
    };

    private static string[] Slopes(SizedPrompt prompt) => [Text(prompt.Fluctuations.Derivative), Text(prompt.Fluctuations.Curvature)];

    private static string[] Point(SuccessProbability p) => [Text(p.P), Text(p.OneMinusP), Text(p.Logit)];

    private static string Text(double? value) => value?.ToString("G6", CultureInfo.InvariantCulture) ?? "";

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
