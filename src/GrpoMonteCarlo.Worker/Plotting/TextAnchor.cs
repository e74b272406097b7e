namespace GrpoMonteCarlo.Worker.Plotting;

/// <summary>Which part of a text is at its position.</summary>
internal enum TextAnchor
{
    Start,
    Middle,
    End,
}
