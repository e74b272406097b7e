namespace GrpoMonteCarlo.Updates;

/// <summary>
/// How a softmax policy follows the gradient of the clipped objective (theory.md section 5). What is not set is on-policy GRPO as its
/// authors and most libraries have it, but for the learning rate, of which no library's default says anything about logits.
/// </summary>
public sealed record GradientSettings
{
    /// <summary>The greatest eta.</summary>
    internal const double LargestLearningRate = 1e12;

    /// <summary>mu, ascent steps on the same rollouts, at least 1. Default 1, as in every library: the policy is its own old policy.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Below 1.</exception>
    public int Steps
    {
        get;
        init => field = value >= 1 ? value : throw Refused(nameof(Steps), value, "must be at least 1");
    } = 1;

    /// <summary>
    /// eta, the size of an ascent step in logits, positive, up to 1e12. Default 0.1: the stationary points do not depend on it, and up
    /// to beta of about 10 the pull of the KL does not overshoot them. (With k1 in the reward and a rule that divides by the standard
    /// deviation, which vanishes there, epsilon has to be large enough as well.) Libraries' learning rates belong to Adam and a
    /// network's weights; a bandit has neither.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Not positive, not a number, or above 1e12.</exception>
    public double LearningRate
    {
        get;
        init => field = value is > 0 and <= LargestLearningRate
            ? value
            : throw Refused(nameof(LearningRate), value, "must be positive, up to 1e12");
    } = 0.1;

    /// <summary>
    /// c_low: a negative advantage pushes only while pi/pi_old &gt;= 1 - c_low. At least 0; infinite for no bound, the default, since
    /// the closed forms have none and with one step (mu 1) a bound cannot act.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative or not a number.</exception>
    public double ClipLow
    {
        get;
        init => field = value >= 0 ? value : throw Refused(nameof(ClipLow), value, "must be 0 or positive; infinity for no bound");
    } = double.PositiveInfinity;

    /// <summary>
    /// c_high: a positive advantage pushes only while pi/pi_old &lt;= 1 + c_high. At least 0; infinite for no bound, the default, as
    /// for <see cref="ClipLow"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative or not a number.</exception>
    public double ClipHigh
    {
        get;
        init => field = value >= 0 ? value : throw Refused(nameof(ClipHigh), value, "must be 0 or positive; infinity for no bound");
    } = double.PositiveInfinity;

    /// <summary>
    /// The estimator of the KL. Default <see cref="KlEstimator.K3"/>, GRPO's own and that of TRL and verl. The paper's fixed point is
    /// that of <see cref="KlEstimator.Exact"/> and <see cref="KlEstimator.K2"/> instead.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Not one of the enumeration's values.</exception>
    public KlEstimator Kl
    {
        get;
        init => field = Enum.IsDefined(value) ? value : throw Refused(nameof(Kl), value, "must be one of the estimators");
    } = KlEstimator.K3;

    /// <summary>
    /// Whether rollouts of degenerate groups, which carry no advantage, are left out of the sampled KL too (the divisor stays M G).
    /// Default false: no library masks them unasked. Has a meaning only for a KL that is sampled and in the loss.
    /// </summary>
    public bool MaskDegenerateKl { get; init; }

    private static ArgumentOutOfRangeException Refused(string member, object value, string rule) => new(member, value, $"{member} {rule}.");
}
