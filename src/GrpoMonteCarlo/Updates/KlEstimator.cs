namespace GrpoMonteCarlo.Updates;

/// <summary>
/// How the KL of a gradient update from the reference policy is estimated, and where it enters (theory.md section 5). Written for one
/// rollout o, with r = pi_ref(o)/pi(o) and rho = pi(o)/pi_old(o); the estimate is the mean over the rollouts.
/// </summary>
public enum KlEstimator
{
    /// <summary>KL(pi || pi_ref) itself, over all arms instead of over the rollouts.</summary>
    Exact,

    /// <summary>-log r in the loss. On the old policy's own rollouts its mean gradient is 0: it does not regularise.</summary>
    K1,

    /// <summary>(log r)^2 / 2 in the loss. On the old policy's own rollouts its mean gradient is that of the KL.</summary>
    K2,

    /// <summary>
    /// r - 1 - log r in the loss. On the old policy's own rollouts its mean gradient is that of KL(pi_ref || pi), so that the stationary
    /// point solves p - p_ref = p(1-p) Omega / beta.
    /// </summary>
    K3,

    /// <summary>
    /// rho (r - 1 - log r) in the loss with the gradient through both factors (DeepSeek-V3.2; TRL's <c>use_bias_correction_kl</c>). Its
    /// mean gradient is that of the KL off the old policy too.
    /// </summary>
    CorrectedK3,

    /// <summary>
    /// No term in the loss: the reward of a rollout is r_i - beta log(pi_old/pi_ref)(o_i), before advantages are formed.
    /// </summary>
    K1InReward,
}
