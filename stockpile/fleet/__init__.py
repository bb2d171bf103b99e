"""The trucks of a depot: how much can leave it by volume and weight, which plans keep to."""
