namespace GrpoMonteCarlo.Updates;

/// <summary>How the log-odds step of an update is estimated from its groups (theory.md section 5).</summary>
public enum Estimator
{
    /// <summary>mean_g phi(K_g) / (p(1-p)) with the old policy's own p; its expectation is Omega_G(p) exactly.</summary>
    Importance,

    /// <summary>mean_g s(K_g), degenerate groups included; it diverges as epsilon goes to 0.</summary>
    PlugIn,

    /// <summary>sum_g phi(K_g) / (M pbar(1-pbar)) with pbar pooled over the groups, 0 where pbar is 0 or 1; biased by O(1/M).</summary>
    SelfNormalized,

    /// <summary>As <see cref="Importance"/>, the mean over the groups with 0 &lt; K &lt; G only; 0 where there is none.</summary>
    DropDegenerate,

    /// <summary>
    /// As <see cref="Importance"/>, over groups drawn until M informative ones are found (DAPO), up to <see cref="DynamicSampling.MostGroups"/>
    /// times M, and then over what there is; all rollouts count.
    /// </summary>
    DynamicSampling,
}
