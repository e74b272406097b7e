namespace GrpoMonteCarlo.Updates;

/// <summary>How the log-odds step of an update is estimated from its groups (theory.md section 5).</summary>
public enum Estimator
{
    /// <summary>mean_g phi(K_g) / (p(1-p)) with the old policy's own p; its expectation is Omega_G(p) exactly.</summary>
    Importance,
}
