namespace GrpoMonteCarlo.Worker.Plotting;

/// <summary>Characters of one style.</summary>
/// <param name="Text">At least one character.</param>
/// <param name="Italic">Else upright.</param>
/// <param name="Rise">Above the line, in ems of the whole text.</param>
/// <param name="Size">As a part of the whole text's size.</param>
internal readonly record struct TextRun(string Text, bool Italic, double Rise, double Size);
