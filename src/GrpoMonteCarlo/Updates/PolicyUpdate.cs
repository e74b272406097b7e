namespace GrpoMonteCarlo.Updates;

/// <summary>How a policy follows from the rollouts of an update.</summary>
public enum UpdateKind
{
    /// <summary>The exact maximiser, the tilt tied by reward: all successes are tilted alike, and so are all failures.</summary>
    Tied,

    /// <summary>The exact maximiser, the tilt of each arm estimated from its own rollouts (theory.md section 5).</summary>
    PerArm,

    /// <summary>Steps of gradient ascent on softmax logits.</summary>
    Gradient,
}

/// <summary>An update of the policy: its kind and, of a gradient update, its settings.</summary>
public sealed record PolicyUpdate
{
    private PolicyUpdate(UpdateKind kind, GradientSettings? gradient) => (Kind, Gradient) = (kind, gradient);

    /// <summary>The exact update with the tilt tied by reward.</summary>
    public static PolicyUpdate Tied { get; } = new(UpdateKind.Tied, null);

    /// <summary>The exact update with the tilt estimated arm by arm.</summary>
    public static PolicyUpdate PerArm { get; } = new(UpdateKind.PerArm, null);

    /// <summary>Its kind.</summary>
    public UpdateKind Kind { get; }

    /// <summary>The settings of a gradient update, otherwise null.</summary>
    public GradientSettings? Gradient { get; }

    /// <summary>Gradient ascent.</summary>
    public static PolicyUpdate FollowGradient(GradientSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return new PolicyUpdate(UpdateKind.Gradient, settings);
    }
}
