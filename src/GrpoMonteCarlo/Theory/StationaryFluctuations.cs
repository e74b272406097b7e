namespace GrpoMonteCarlo.Theory;

/// <summary>
/// How an update of M groups of G rollouts fluctuates about a stable fixed point for good: the stationary solution of the recursions of
/// theory.md section 6. With L_n = f(L_{n-1}) + noise, the variance of L is to first order Var(noise) / (1 - f'^2), and to second order
/// the noise shifts the mean of L by delta = (f'' V / 2) / (1 - f'), since the map is curved. All are proportional to 1/M. Good while
/// the standard deviation of L stays below about 0.1 and well below the distance to the next fixed point. Derivatives and the variance of
/// a step are exact sums over Binomial(G, p), at any p and not at a fixed point only.
/// </summary>
/// <param name="P">p*, the fixed point of the finite group's map.</param>
/// <param name="Derivative">f' at it, the derivative by the logit.</param>
/// <param name="Curvature">f'' at it, the second derivative by the logit.</param>
/// <param name="StepVariance">Variance of what one update adds to L, given the policy.</param>
public sealed record StationaryFluctuations(SuccessProbability P, double Derivative, double Curvature, double StepVariance)
{
    /// <summary>Whether deviations die out, |f'| &lt; 1. Without that nothing below has a meaning.</summary>
    public bool Stable => Math.Abs(Derivative) < 1;

    /// <summary>V, the variance of L over replicates; infinite or negative if not <see cref="Stable"/>.</summary>
    public double LogitVariance => StepVariance / ((1 - Derivative) * (1 + Derivative));

    /// <summary>
    /// By how much the noise of one update shifts the mean of L, given the policy: 0 where L is linear in what the rollouts say, as of the
    /// exact update and of one gradient step.
    /// </summary>
    public double StepShift { get; init; }

    /// <summary>
    /// Variance of the logit of the share of successes among all rollouts of an update, 1/(M G p(1-p)), where L is not linear in it: then
    /// it has to be small as well as <see cref="LogitVariance"/>. 0 where L is linear in it, or does not depend on it.
    /// </summary>
    public double ShareLogitVariance { get; init; }

    /// <summary>delta, by how much the mean of L differs from the fixed point: (f'' V / 2 + StepShift) / (1 - f').</summary>
    public double LogitShift => ((Curvature * LogitVariance / 2) + StepShift) / (1 - Derivative);

    /// <summary>The standard deviation of p over replicates, p' sqrt(V), p' = p(1-p).</summary>
    public double Spread => P.Variance * Math.Sqrt(LogitVariance);

    /// <summary>By how much the mean of p differs from p*: p' delta + p'' V / 2, p'' = p(1-p)(1-2p).</summary>
    public double Shift => P.Variance * (LogitShift + ((P.OneMinusP - P.P) * LogitVariance / 2));

    /// <summary>
    /// Of the exact update: f = alpha L_ref + (1-alpha) L + Omega_G/beta, and its noise is Var(phi(K)) / (M p^2 (1-p)^2 beta^2), that of
    /// the <c>importance</c> estimator.
    /// </summary>
    /// <param name="recurrence">A recurrence of a finite group.</param>
    /// <param name="fixedPoint">One of its fixed points, inside (0, 1).</param>
    /// <param name="groups">M, groups an update, at least 1.</param>
    /// <exception cref="ArgumentException">The recurrence is not of a finite group.</exception>
    public static StationaryFluctuations Of(Recurrence recurrence, SuccessProbability fixedPoint, long groups)
    {
        ArgumentNullException.ThrowIfNull(recurrence);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(groups);
        if (recurrence.Omega is not FiniteGroupOmega omega)
        {
            throw new ArgumentException("A population does not fluctuate: the recurrence must be of a finite group.", nameof(recurrence));
        }

        double scale = fixedPoint.Variance * recurrence.Beta;
        double noise = omega.MomentsAt(fixedPoint.P, fixedPoint.OneMinusP).VariancePhi / scale / scale / groups;
        return new StationaryFluctuations(
            fixedPoint, recurrence.DerivativeAt(fixedPoint), omega.SecondLogitDerivativeAt(fixedPoint) / recurrence.Beta, noise);
    }

    /// <summary>
    /// Of gradient ascent on two softmax logits, mu on-policy steps of size eta on the same rollouts an update, without clipping: f and the
    /// noise of mu steps, differentiated exactly (Theory/GradientSteps.cs). With one step f = L + 2 eta F, F the drift of
    /// <see cref="GradientFlow"/>, and a group adds 2 eta X to L with X(K) = phi(K) - beta ((1-p) c_S K/G - p c_F (1-K/G)), c the penalty's
    /// gradient by the log-probability of a success and a failure (the exact divergence is not sampled: X = phi), so that the noise is
    /// 4 eta^2 Var(X) / M.
    /// </summary>
    /// <param name="omega">Omega of a finite group.</param>
    /// <param name="penalty">The KL estimator in the loss, but k1, which has no fixed point.</param>
    /// <param name="reference">p_ref.</param>
    /// <param name="beta">KL strength, positive.</param>
    /// <param name="learningRate">eta, positive.</param>
    /// <param name="steps">mu, at least 1.</param>
    /// <param name="fixedPoint">A stationary point of the flow, inside (0, 1).</param>
    /// <param name="groups">M, groups an update, at least 1.</param>
    /// <exception cref="ArgumentException">The penalty is k1.</exception>
    public static StationaryFluctuations OfGradient(
        FiniteGroupOmega omega,
        KlPenalty penalty,
        SuccessProbability reference,
        double beta,
        double learningRate,
        int steps,
        SuccessProbability fixedPoint,
        long groups)
    {
        ArgumentNullException.ThrowIfNull(omega);
        return new GradientSteps(omega, penalty, reference, beta, learningRate, steps).FluctuationsAt(fixedPoint, groups);
    }
}
