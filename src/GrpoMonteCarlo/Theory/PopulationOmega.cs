namespace GrpoMonteCarlo.Theory;

/// <summary>The paper's Omega, of infinitely large groups (theory.md section 3), one for each named advantage rule.</summary>
public sealed class PopulationOmega : Omega
{
    private readonly Func<SuccessProbability, double> _value;
    private readonly Func<SuccessProbability, double> _logitDerivative;
    private readonly Func<SuccessProbability, double> _secondLogitDerivative;
    private readonly Func<double, double> _largestFrom;

    private PopulationOmega(
        Func<SuccessProbability, double> value,
        Func<SuccessProbability, double> logitDerivative,
        Func<SuccessProbability, double> secondLogitDerivative,
        Func<double, double> largestFrom,
        double tailLogit)
    {
        _value = value;
        _logitDerivative = logitDerivative;
        _secondLogitDerivative = secondLogitDerivative;
        _largestFrom = largestFrom;
        TailLogit = tailLogit;
    }

    internal override double TailLogit { get; }

    /// <summary><c>grpo</c>: 1 / sqrt(p(1-p) + epsilon).</summary>
    /// <param name="epsilon">Smoothing under the root, at least 0.</param>
    public static PopulationOmega Grpo(double epsilon) => new(
        p => 1 / Math.Sqrt(p.Variance + epsilon),
        p =>
        {
            double smoothed = p.Variance + epsilon;
            double skew = p.P - p.OneMinusP;
            return smoothed == 0 ? skew * double.PositiveInfinity : skew / 2 * (p.Variance / smoothed) / Math.Sqrt(smoothed);
        },
        p =>
        {
            double smoothed = p.Variance + epsilon;
            double skew = p.P - p.OneMinusP;
            double share = p.Variance / smoothed;
            return smoothed == 0
                ? double.PositiveInfinity
                : share * (p.Variance - (skew * skew / 2) + (0.75 * share * skew * skew)) / Math.Sqrt(smoothed);
        },
        _ => 1 / Math.Sqrt(epsilon),
        TailOf(epsilon));

    /// <summary><c>grpo-sample-std</c>: 1 / (sqrt(p(1-p)) + epsilon).</summary>
    /// <param name="epsilon">Smoothing outside the root, at least 0.</param>
    public static PopulationOmega GrpoSampleStd(double epsilon) => new(
        p => 1 / (Math.Sqrt(p.Variance) + epsilon),
        p =>
        {
            double deviation = Math.Sqrt(p.Variance);
            double smoothed = deviation + epsilon;
            double skew = p.P - p.OneMinusP;
            return smoothed == 0 ? skew * double.PositiveInfinity : skew / 2 * (deviation / smoothed) / smoothed;
        },
        p =>
        {
            double deviation = Math.Sqrt(p.Variance);
            double smoothed = deviation + epsilon;
            double skew = p.P - p.OneMinusP;
            double share = deviation / smoothed;
            return smoothed == 0
                ? double.PositiveInfinity
                : share * (p.Variance - (skew * skew / 4) + (share * skew * skew / 2)) / smoothed;
        },
        _ => 1 / epsilon,
        TailOf(epsilon));

    /// <summary><c>dr-grpo</c> and <c>rloo</c>: 1.</summary>
    public static PopulationOmega Constant() => new(_ => 1, _ => 0, _ => 0, _ => 1, tailLogit: 1);

    /// <summary><c>maxrl</c>: 1/p.</summary>
    public static PopulationOmega MaxRl() => new(
        p => 1 / p.P,
        p => -p.OneMinusP / p.P,
        p => p.OneMinusP / p.P,
        logit => 1 / SuccessProbability.FromLogit(logit).P,
        tailLogit: 1);

    /// <inheritdoc/>
    public override double At(SuccessProbability p) => _value(p);

    /// <inheritdoc/>
    public override double LogitDerivativeAt(SuccessProbability p) => _logitDerivative(p);

    /// <inheritdoc/>
    public override double SecondLogitDerivativeAt(SuccessProbability p) => _secondLogitDerivative(p);

    /// <inheritdoc/>
    public override double LargestFrom(double logit) => _largestFrom(logit);

    // p(1-p) is e^-|L| at the edges: 45 logits beyond epsilon^2 it is nothing beside epsilon, or beside its root. With epsilon = 0
    // the form grows up to where p(1-p) underflows.
    private static double TailOf(double epsilon) =>
        epsilon == 0 ? 800 : Math.Min(800, 45 + Math.Max(0, -2 * Numerics.Elementary.Log(epsilon)));
}
