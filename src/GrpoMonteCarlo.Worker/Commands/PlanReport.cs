using System.Globalization;
using System.Text.Json;
using GrpoMonteCarlo.Experiments;
using GrpoMonteCarlo.Theory;
using GrpoMonteCarlo.Updates;
using GrpoMonteCarlo.Worker.Terminal;

namespace GrpoMonteCarlo.Worker.Commands;

/// <summary>An answer of <c>grpomc plan</c> with the numbers to check it by, as text for people or as JSON whose numbers round-trip.</summary>
internal sealed class PlanReport(GroupSizing sizing, Sizing answer, int? budget, SizingCheck? check)
{
    private readonly SizedGroup _group = answer.Group;
    private readonly StationaryFluctuations _noise = answer.Group.Fluctuations;
    private readonly GradientSettings? _gradient = sizing.Setting.Update.Gradient;

    /// <summary>False if a simulation says otherwise.</summary>
    public bool Holds => check?.Holds != false;

    private double? StandardError => _noise.Spread / Math.Sqrt(answer.Replicates ?? double.NaN) is var error && double.IsFinite(error) ? error : null;

    private string HoldsFor => _gradient is null
        ? $"the exact maximiser (--update importance), success or failure alone, anchor {sizing.Setting.Anchor.Name}, started at p_ref"
        : string.Create(
            CultureInfo.InvariantCulture,
            $"one on-policy gradient step of {_gradient.LearningRate} an update on two softmax logits, KL {ExperimentJson.Name(_gradient.Kl)}, from p_ref");

    private string[] Formulas => _gradient is null
        ?
        [
            "fixed points: L* = L_ref + Omega(p*)/(alpha beta), docs/theory.md section 3; of groups of G with Omega_G, section 4",
            "noise (section 6): V = Var(phi(K)) / (M p^2 (1-p)^2 beta^2) / (1 - f'^2), sd of p = p(1-p) sqrt(V), f' = (1-alpha) + p(1-p) Omega_G'(p)/beta",
            "shift of the mean (section 6): delta = (f'' V/2) / (1 - f') of the logit, p' delta + p'' V/2 of p",
        ]
        :
        [
            _gradient.Kl == KlEstimator.K3
                ? "fixed points: p - p_ref = p(1-p) Omega(p)/beta, docs/theory.md section 5 (k3); of groups of G with Omega_G, section 4"
                : "fixed points: L* = L_ref + Omega(p*)/beta, docs/theory.md section 5; of groups of G with Omega_G, section 4",
            "noise (section 6 for f = L + 2 eta F): V = 4 eta^2 Var(X(K)) / M / (1 - f'^2), X = phi(K) - beta ((1-p) c_S K/G - p c_F (1-K/G)), "
                + "c the penalty's gradient (0 for the exact KL)",
            "shift of the mean (section 6): delta = (f'' V/2) / (1 - f') of the logit, p' delta + p'' V/2 of p",
        ];

    public void WriteText(TextWriter output)
    {
        string replicates = answer.Replicates is { } count ? $", {count:N0} replicates" : "";
        output.Write(string.Create(CultureInfo.InvariantCulture, $"G {_group.GroupSize}, M {_group.Groups}: "));
        output.Write(Invariant($"{(double)_group.Groups * _group.GroupSize:N0} rollouts an update, {answer.Iterations:N0} updates{replicates}\n"));
        output.Write(Invariant($"{Purpose()}\n\n"));

        var points = new TextTable(["", "p*", "1-p*", "logit", "f'", "f''"]);
        points.Add(["population", .. Point(sizing.Limit), Text(sizing.Derivative), ""]);
        points.Add([Invariant($"groups of {_group.GroupSize}"), .. Point(_noise.P), Text(_noise.Derivative), Text(_noise.Curvature)]);
        points.Write(output);

        output.Write('\n');
        double? t = answer.Tolerance;
        var errors = new TextTable(["predicted", "value", "at most"]);
        errors.Add("bias p*_G - p*", Text(_group.Bias), Text(Sizing.BiasShare * t));
        errors.Add("shift of the mean of p", Text(_noise.Shift), Text(Sizing.ShiftShare * t));
        errors.Add("standard error of the mean", Text(StandardError), Text(Sizing.ErrorShare * t));
        errors.Add("sd of p", Text(_noise.Spread), Text(t));
        errors.Add("sd of the logit", Text(Math.Sqrt(_noise.LogitVariance)), Text(Sizing.LargestLogitSpread));
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
            json.WriteNumber("pRef", setting.PRef);
            json.WriteNumber("beta", setting.Beta);
            json.WriteNumber("epsilon", setting.Epsilon);
            json.WriteString("advantage", setting.Advantage.Name);
            json.WriteString("anchor", setting.Anchor.Name);
            json.WriteNumber("alpha", setting.Anchor.Alpha);
            json.WriteString("update", _gradient is null ? "importance" : "gradient");
            json.WriteString("kl", _gradient is null ? null : ExperimentJson.Name(_gradient.Kl));
            json.WriteFinite("learningRate", _gradient?.LearningRate);
            json.WriteFinite("tolerance", answer.Tolerance);
            json.WriteFinite("budget", budget);
            json.WriteEndObject();

            json.WriteStartObject("answer");
            json.WriteNumber("groupSize", _group.GroupSize);
            json.WriteNumber("groups", _group.Groups);
            json.WriteString("groupsSetBy", NameOf(answer.Bound));
            json.WriteNumber("iterations", answer.Iterations);
            json.WriteFinite("replicates", answer.Replicates);
            json.WriteEndObject();

            json.WriteStartObject("population");
            json.WritePoint(sizing.Limit);
            json.WriteFinite("derivative", sizing.Derivative);
            json.WriteEndObject();
            json.WriteStartObject("finiteGroup");
            json.WritePoint(_noise.P);
            json.WriteFinite("derivative", _noise.Derivative);
            json.WriteFinite("secondDerivative", _noise.Curvature);
            json.WriteEndObject();

            json.WriteStartObject("predicted");
            json.WriteFinite("bias", _group.Bias);
            json.WriteFinite("shift", _noise.Shift);
            json.WriteFinite("standardError", StandardError);
            json.WriteFinite("sd", _noise.Spread);
            json.WriteFinite("logitSd", Math.Sqrt(_noise.LogitVariance));
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
        ? Invariant($"the mean of p ends within {tolerance} of the population's fixed point; M is set by {NameOf(answer.Bound)}")
        : Invariant($"the split of {budget:N0} rollouts with the least bias^2 + variance of p");

    private static string NameOf(SizingBound bound) => bound switch
    {
        SizingBound.Spread => "the sd of p",
        SizingBound.Shift => "the shift of the mean",
        SizingBound.Range => "the range of the formulas, in the sd of the logit",
        _ => "the budget",
    };

    private static string[] Point(SuccessProbability p) => [Text(p.P), Text(p.OneMinusP), Text(p.Logit)];

    private static string Text(double? value) => value?.ToString("G6", CultureInfo.InvariantCulture) ?? "";

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
