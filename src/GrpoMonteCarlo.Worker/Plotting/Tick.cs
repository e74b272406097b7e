namespace GrpoMonteCarlo.Worker.Plotting;

/// <summary>A mark on an axis.</summary>
/// <param name="Place">From 0 at the axis's beginning to 1 at its end.</param>
/// <param name="Label">Markup; null for a minor tick.</param>
internal readonly record struct Tick(double Place, string? Label);
